package ui

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/deepcheck/deepcheck/detector/report/phrase"
	"github.com/deepcheck/deepcheck/video"
)

// Every text can be filled with arguments of the types that its own type lists.
func TestWords(t *testing.T) {
	for _, fault := range phrase.Check(english(video.Extensions())) {
		t.Error(fault)
	}
}

// All words of the page come from words.
func TestTemplateHoldsNoWords(t *testing.T) {
	if fixed := phrase.FixedWords(pageTemplate); fixed != nil {
		t.Errorf("%q", fixed)
	}
}

// The script knows every text under its name, and fills it with as many arguments as it
// takes.
func TestScriptFillsWords(t *testing.T) {
	script := reflect.ValueOf(english(video.Extensions()).Script)
	takes := map[string]int{}
	for i := range script.NumField() {
		field, name := script.Field(i), script.Type().Field(i).Tag.Get("json")
		takes[name] = phrase.Arguments(field.Interface())
		if field.Kind() == reflect.String && !regexp.MustCompile(`^(?:[^%]|%[s%])*$`).MatchString(field.String()) {
			t.Errorf("%s: the script fills %%s and %%%% only: %q", name, field)
		}
		if !strings.Contains(pageScript, "words."+name) && !strings.Contains(pageScript, `"`+name+`"`) {
			t.Errorf("%s: not used", name)
		}
	}
	for _, used := range regexp.MustCompile(`words\.(\w+)`).FindAllStringSubmatch(pageScript, -1) {
		if _, ok := takes[used[1]]; !ok {
			t.Errorf("words.%s: no such text", used[1])
		}
	}
	calls := regexp.MustCompile(`fill\(words\.(\w+)`).FindAllStringSubmatchIndex(pageScript, -1)
	if len(calls) < 10 {
		t.Fatalf("%d calls of fill", len(calls))
	}
	for _, call := range calls {
		name := pageScript[call[2]:call[3]]
		if got := argumentsLeft(pageScript[call[1]:]); got != takes[name] {
			t.Errorf("words.%s: filled with %d arguments, takes %d", name, got, takes[name])
		}
	}
}

// argumentsLeft counts the commas before the end of a call, without those in brackets.
func argumentsLeft(script string) (n int) {
	depth := 0
	for _, c := range script {
		switch {
		case strings.ContainsRune("([{", c):
			depth++
		case strings.ContainsRune(")]}", c) && depth == 0:
			return n
		case strings.ContainsRune(")]}", c):
			depth--
		case c == ',' && depth == 0:
			n++
		}
	}
	return n
}
