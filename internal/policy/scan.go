package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// node is one JSON value and where it stands in the text, so that an edit can
// leave every other byte alone. kind is the first byte of the value.
type node struct {
	kind       byte
	start, end int
	text       string
	items      []node
	members    []member
}

type member struct {
	name  string
	start int
	value node
}

func (n *node) length() int { return n.end - n.start }

func (n *node) member(name string) *node {
	for i := range n.members {
		if n.members[i].name == name {
			return &n.members[i].value
		}
	}
	return nil
}

// scan reads one JSON value as strictly as decode does, and keeps offsets.
func scan(raw []byte) (node, error) {
	if !utf8.Valid(raw) {
		return node{}, ErrEncoding
	}
	if !json.Valid(raw) {
		if _, err := decode(raw); err != nil {
			return node{}, err
		}
		return node{}, errors.New("the document is not JSON")
	}
	s := scanner{raw: raw}
	var root node
	err := s.value(&root, 0)
	return root, err
}

// scanner walks over text that is known to be valid JSON.
type scanner struct {
	raw []byte
	at  int
}

// peek skips white space and shows the next byte.
func (s *scanner) peek() byte {
	for {
		switch c := s.raw[s.at]; c {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return c
		}
	}
}

func (s *scanner) value(n *node, depth int) (err error) {
	if depth > maxDepth {
		return ErrDepth
	}
	n.kind = s.peek()
	n.start = s.at
	switch n.kind {
	case '{':
		n.members, err = s.object(depth)
	case '[':
		n.items, err = s.array(depth)
	case '"':
		n.text, err = s.text()
	default:
		s.scalar()
	}
	n.end = s.at
	return err
}

func (s *scanner) object(depth int) ([]member, error) {
	var object node
	s.at++
	for s.peek() != '}' {
		if s.raw[s.at] == ',' {
			s.at++
			s.peek()
		}
		start := s.at
		name, err := s.text()
		if err != nil {
			return nil, err
		}
		if object.member(name) != nil {
			return nil, fmt.Errorf("%w: %q", ErrDuplicate, name)
		}
		s.peek()
		s.at++
		object.members = append(object.members, member{name: name, start: start})
		if err := s.value(&object.members[len(object.members)-1].value, depth+1); err != nil {
			return nil, err
		}
	}
	s.at++
	return object.members, nil
}

func (s *scanner) array(depth int) ([]node, error) {
	var items []node
	s.at++
	for s.peek() != ']' {
		if s.raw[s.at] == ',' {
			s.at++
		}
		items = append(items, node{})
		if err := s.value(&items[len(items)-1], depth+1); err != nil {
			return nil, err
		}
	}
	s.at++
	return items, nil
}

func (s *scanner) text() (string, error) {
	start := s.at
	for s.at++; s.raw[s.at] != '"'; s.at++ {
		if s.raw[s.at] == '\\' {
			s.at++
		}
	}
	s.at++
	quoted := s.raw[start:s.at]
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1]), nil
	}
	var text string
	if err := json.Unmarshal(quoted, &text); err != nil {
		return "", fmt.Errorf("the document is not JSON: %w", err)
	}
	return text, nil
}

func (s *scanner) scalar() {
	for s.at < len(s.raw) && bytes.IndexByte([]byte(" \t\r\n,]}"), s.raw[s.at]) < 0 {
		s.at++
	}
}
