package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxDepth bounds nesting; a policy needs five levels.
const maxDepth = 32

// Errors of documents that must never be written back, because reading them
// loses something.
var (
	ErrEncoding  = errors.New("the document is not UTF-8")
	ErrDuplicate = errors.New("the document holds the same key twice in one object")
	ErrDepth     = errors.New("the document is nested too deeply")
	ErrTrailing  = errors.New("the document is followed by something else")
)

// decode reads one JSON value strictly: UTF-8, no key twice, nothing behind it.
// Numbers keep their spelling.
func decode(raw []byte) (any, error) {
	if !utf8.Valid(raw) {
		return nil, ErrEncoding
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	value, err := decodeValue(decoder, 0)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, ErrTrailing
	}
	return value, nil
}

func decodeValue(decoder *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, ErrDepth
	}
	token, err := decoder.Token()
	if err != nil {
		return nil, fmt.Errorf("the document is not JSON: %w", err)
	}
	switch token {
	case json.Delim('{'):
		return decodeObject(decoder, depth)
	case json.Delim('['):
		return decodeArray(decoder, depth)
	default:
		return token, nil
	}
}

func decodeObject(decoder *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, fmt.Errorf("the document is not JSON: %w", err)
		}
		key, ok := token.(string)
		if !ok {
			return nil, fmt.Errorf("the document is not JSON: key %v", token)
		}
		if _, twice := object[key]; twice {
			return nil, fmt.Errorf("%w: %q", ErrDuplicate, key)
		}
		if object[key], err = decodeValue(decoder, depth+1); err != nil {
			return nil, err
		}
	}
	return object, closing(decoder)
}

func decodeArray(decoder *json.Decoder, depth int) (any, error) {
	array := []any{}
	for decoder.More() {
		value, err := decodeValue(decoder, depth+1)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	return array, closing(decoder)
}

func closing(decoder *json.Decoder) error {
	if _, err := decoder.Token(); err != nil {
		return fmt.Errorf("the document is not JSON: %w", err)
	}
	return nil
}
