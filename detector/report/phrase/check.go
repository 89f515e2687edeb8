package phrase

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

// Check fills every text of a struct, of the structs, slices and maps in it and of those
// it points to with sample arguments. It returns a line per fault: an empty text, a plain
// text with a %, and verbs that do not match the number or the types of the arguments.
// It does not call functions.
func Check(texts any) []string { return check("", reflect.ValueOf(texts)) }

// Arguments returns how many arguments a text takes: 0 for a plain string.
func Arguments(text any) int {
	fill := reflect.ValueOf(text).MethodByName("Fill")
	if !fill.IsValid() {
		return 0
	}
	return fill.Type().NumIn()
}

func check(name string, v reflect.Value) (faults []string) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return []string{name + ": nil"}
		}
		return check(name, v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			faults = append(faults, check(strings.TrimPrefix(name+"."+v.Type().Field(i).Name, "."), v.Field(i))...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			faults = append(faults, check(fmt.Sprintf("%s[%d]", name, i), v.Index(i))...)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			faults = append(faults, check(fmt.Sprintf("%s[%v]", name, key), v.MapIndex(key))...)
		}
	case reflect.String:
		if fault := checkText(v); fault != "" {
			return []string{fmt.Sprintf("%s: %s: %q", name, fault, v.String())}
		}
	case reflect.Func:
		if v.IsNil() {
			return []string{name + ": nil"}
		}
	default:
		return []string{fmt.Sprintf("%s: a %s is not a text", name, v.Type())}
	}
	return faults
}

// checkText returns the fault of one text, "" if there is none.
func checkText(v reflect.Value) string {
	fill := v.MethodByName("Fill")
	switch {
	case v.String() == "":
		return "empty"
	case !fill.IsValid() && strings.Contains(v.String(), "%"):
		return "a % in a text without arguments"
	case !fill.IsValid():
		return ""
	}
	var arguments []reflect.Value
	var shown []string
	for i := range fill.Type().NumIn() {
		argument := reflect.New(fill.Type().In(i)).Elem()
		number := 71 + i // differs from all numbers in the texts
		switch argument.Kind() {
		case reflect.String:
			argument.SetString(fmt.Sprintf("argument%d", number))
		case reflect.Int, reflect.Int64:
			argument.SetInt(int64(number))
		case reflect.Float64:
			argument.SetFloat(float64(number))
		default:
			return fmt.Sprintf("no sample of type %s", argument.Type())
		}
		arguments, shown = append(arguments, argument), append(shown, fmt.Sprint(number))
	}
	filled := fill.Call(arguments)[0].String()
	if strings.Contains(filled, "%!") {
		return fmt.Sprintf("filled wrongly: %q", filled)
	}
	for i, part := range shown {
		if !strings.Contains(filled, part) {
			return fmt.Sprintf("argument %d is missing: %q", i+1, filled)
		}
	}
	return ""
}

// Patterns for everything that is not text in an HTML template, and for the attributes that are
// text.
var (
	action    = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	tag       = regexp.MustCompile(`(?s)<[^>]*>`)
	attribute = regexp.MustCompile(`\b(?:alt|aria-label|data-words|placeholder|title)="([^"]*)"`)
	letters   = regexp.MustCompile(`\pL+`)
)

// FixedWords returns the words that an HTML template contains itself, in its text and in the
// attributes that people read or hear. It returns nil if all words come from the data.
func FixedWords(template string) []string {
	rest := action.ReplaceAllString(template, "")
	found := letters.FindAllString(tag.ReplaceAllString(rest, " "), -1)
	for _, a := range attribute.FindAllStringSubmatch(rest, -1) {
		found = append(found, letters.FindAllString(a[1], -1)...)
	}
	return found
}
