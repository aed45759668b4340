package access

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// condition is one key of one operator with its values.
type condition struct {
	operator, key string
	values        []string
}

// parseConditions reads {operator: {key: value or values}}; numbers and booleans
// count as their text.
func parseConditions(raw json.RawMessage) ([]condition, error) {
	var operators map[string]map[string]json.RawMessage
	if err := json.Unmarshal(raw, &operators); err != nil || operators == nil {
		return nil, errors.New("the Condition must be an object of objects")
	}
	var list []condition
	for operator, keys := range operators {
		if !knownOperator(operator) || keys == nil {
			return nil, fmt.Errorf("condition operator %q is unknown or has no keys", operator)
		}
		for key, rawValues := range keys {
			values, err := scalars(rawValues)
			if err != nil {
				return nil, fmt.Errorf("condition %s %s: %w", operator, key, err)
			}
			list = append(list, condition{operator, key, values})
		}
	}
	return list, nil
}

func scalars(raw json.RawMessage) ([]string, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	many, isList := value.([]any)
	if !isList {
		many = []any{value}
	}
	var out []string
	for _, v := range many {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case bool:
			out = append(out, strconv.FormatBool(v))
		case json.Number:
			out = append(out, v.String())
		default:
			return nil, fmt.Errorf("values must be strings, numbers or booleans")
		}
	}
	return out, nil
}

// comparison decides one given value against one value of the policy.
type comparison func(have, want string) bool

// operators are the documented ones; each has a negated twin where the name
// says so.
func comparisonOf(operator string) (compare comparison, negated bool, known bool) {
	switch operator {
	case "StringEquals":
		return func(have, want string) bool { return have == want }, false, true
	case "StringNotEquals":
		return func(have, want string) bool { return have == want }, true, true
	case "StringEqualsIgnoreCase":
		return strings.EqualFold, false, true
	case "StringNotEqualsIgnoreCase":
		return strings.EqualFold, true, true
	case "StringLike":
		return func(have, want string) bool { return match(want, have) }, false, true
	case "StringNotLike":
		return func(have, want string) bool { return match(want, have) }, true, true
	case "Bool":
		return strings.EqualFold, false, true
	case "IpAddress":
		return inNetwork, false, true
	case "NotIpAddress":
		return inNetwork, true, true
	}
	if suffix, ok := strings.CutPrefix(operator, "Numeric"); ok {
		return ordered(suffix, numbers)
	}
	if suffix, ok := strings.CutPrefix(operator, "Date"); ok {
		return ordered(suffix, dates)
	}
	return nil, false, false
}

func knownOperator(operator string) bool {
	_, _, known := comparisonOf(operator)
	return known
}

// ordered builds the six comparisons of numbers and dates from an order.
func ordered(suffix string, order func(a, b string) (int, bool)) (comparison, bool, bool) {
	by := func(accept func(int) bool) comparison {
		return func(have, want string) bool {
			c, ok := order(have, want)
			return ok && accept(c)
		}
	}
	switch suffix {
	case "Equals":
		return by(func(c int) bool { return c == 0 }), false, true
	case "NotEquals":
		return by(func(c int) bool { return c == 0 }), true, true
	case "LessThan":
		return by(func(c int) bool { return c < 0 }), false, true
	case "LessThanEquals":
		return by(func(c int) bool { return c <= 0 }), false, true
	case "GreaterThan":
		return by(func(c int) bool { return c > 0 }), false, true
	case "GreaterThanEquals":
		return by(func(c int) bool { return c >= 0 }), false, true
	default:
		return nil, false, false
	}
}

func numbers(a, b string) (int, bool) {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	switch {
	case errX != nil || errY != nil || math.IsNaN(x) || math.IsNaN(y):
		return 0, false
	case x < y:
		return -1, true
	case x > y:
		return 1, true
	}
	return 0, true
}

func dates(a, b string) (int, bool) {
	x, errX := time.Parse(time.RFC3339, a)
	y, errY := time.Parse(time.RFC3339, b)
	if errX != nil || errY != nil {
		return 0, false
	}
	return x.Compare(y), true
}

func inNetwork(have, want string) bool {
	address, err := netip.ParseAddr(have)
	if err != nil {
		return false
	}
	if prefix, err := netip.ParsePrefix(want); err == nil {
		return prefix.Contains(address.Unmap())
	}
	single, err := netip.ParseAddr(want)
	return err == nil && single.Unmap() == address.Unmap()
}

// holds decides the condition for the keys of a request. A key that the request
// does not have makes a positive condition false and a negated one true. Keys
// are compared without regard to case.
func (c condition) holds(context map[string][]string) bool {
	compare, negated, _ := comparisonOf(c.operator)
	var have []string
	for key, values := range context {
		if strings.EqualFold(key, c.key) {
			have = append(have, values...)
		}
	}
	return anyPair(have, c.values, compare) != negated
}

func anyPair(have, want []string, compare comparison) bool {
	for _, h := range have {
		for _, w := range want {
			if compare(h, w) {
				return true
			}
		}
	}
	return false
}
