package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/deepcheck/deepcheck/detector/record"
)

func TestJSONFollowsTheSchema(t *testing.T) {
	for name, run := range map[string]*Run{"made": madeRun(), "empty": {}, "bare": {Files: []File{{}, {Path: "x", Result: madeFits()}}}, "signed": signedRun(t)} {
		if err := validateText(written(t, JSON, run)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSchemaRefuses checks that the validators find errors.
func TestSchemaRefuses(t *testing.T) {
	good := written(t, JSON, madeRun())
	for _, tt := range []struct{ name, old, new string }{
		{"another schema", `"deepcheck/scan/1"`, `"deepcheck/scan/2"`},
		{"unknown verdict", `"verdict": "inconclusive"`, `"verdict": "fake"`},
		{"unknown band", `"band": "moderate"`, `"band": "huge"`},
		{"score above 1", `"score": 0.5,`, `"score": 1.5,`},
		{"number as text", `"lag_ms": 80`, `"lag_ms": "80"`},
		{"missing field", `"judged_frames": 19`, `"x": 19`},
		{"unknown field", `"judged_frames": 19`, `"judged_frames": 19, "x": 1`},
		{"short hash", hashA, hashA[1:]},
		{"null list", `"warnings": []`, `"warnings": null`},
		{"local time", `"2026-02-03T03:05:06Z"`, `"2026-02-03T04:05:06+01:00"`},
		{"part of a frame", `"judged_frames": 19`, `"judged_frames": 19.5`},
	} {
		bad := strings.Replace(good, tt.old, tt.new, 1)
		if bad == good {
			t.Errorf("%s: %s is not in the output", tt.name, tt.old)
		} else if validateText(bad) == nil {
			t.Errorf("%s: passes", tt.name)
		}
	}
}

// validateText checks a report with a complete validator and with the stricter one below.
func validateText(text string) error {
	if err := validateBy("urn:deepcheck:scan:1", text); err != nil {
		return err
	}
	return validateStrictly(text)
}

// validateBy checks JSON against the schema with the given $id.
func validateBy(id, text string) error {
	compiler := jsonschema.NewCompiler()
	for name, schema := range map[string][]byte{"urn:deepcheck:scan:1": Schema(), "urn:deepcheck:file:1": FileSchema(), "urn:deepcheck:overview:1": OverviewSchema()} {
		definition, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
		if err != nil {
			return err
		}
		if err := compiler.AddResource(name, definition); err != nil {
			return err
		}
	}
	compiled, err := compiler.Compile(id)
	if err != nil {
		return err
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return compiled.Validate(document)
}

// TestJSONLFollowsTheSchema checks that every line is valid and equal to the JSON report of the
// file.
func TestJSONLFollowsTheSchema(t *testing.T) {
	run := madeRun()
	lines := strings.SplitAfter(written(t, JSONL, run), "\n")
	if lines = lines[:len(lines)-1]; len(lines) != len(run.Files) {
		t.Fatalf("%d lines, want %d", len(lines), len(run.Files))
	}
	for i, line := range lines {
		if err := validateBy("urn:deepcheck:file:1", line); err != nil {
			t.Errorf("line %d: %v", i+1, err)
		}
		var got, whole map[string]any
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		one := *run
		one.Files = run.Files[i : i+1]
		if err := json.Unmarshal([]byte(written(t, JSON, &one)), &whole); err != nil {
			t.Fatal(err)
		}
		want := whole["files"].([]any)[0].(map[string]any)
		for _, name := range []string{"tool", "weights", "options", "started_utc"} {
			want[name] = whole[name]
		}
		want["schema"] = FileSchemaName
		if !reflect.DeepEqual(got, want) {
			t.Errorf("line %d: %v, want %v", i+1, got, want)
		}
	}
	for _, tt := range []struct{ name, old, new string }{
		{"another schema", `"deepcheck/file/1"`, `"deepcheck/scan/1"`},
		{"no tool", `"tool":`, `"x":`},
		{"no path", `"path":`, `"x":`},
		{"unknown verdict", `"verdict":"suspect"`, `"verdict":"fake"`},
	} {
		if bad := strings.ReplaceAll(lines[0], tt.old, tt.new); bad == lines[0] || validateBy("urn:deepcheck:file:1", bad) == nil {
			t.Errorf("%s: passes", tt.name)
		}
	}
}

func validateStrictly(text string) error {
	var root, value any
	if err := json.Unmarshal(Schema(), &root); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return err
	}
	v := validator{root: root.(map[string]any)}
	return v.check("", v.root, value)
}

// TestJSONInHTMLFollowsTheSchema checks the JSON report inside an HTML report.
func TestJSONInHTMLFollowsTheSchema(t *testing.T) {
	for name, run := range map[string]*Run{"made": madeRun(), "empty": {}} {
		page := written(t, HTML, run)
		_, text, _ := strings.Cut(page, `<script type="application/json" id="report">`)
		text, _, _ = strings.Cut(text, "</script>")
		if err := validateText(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for i, r := range text {
			if r >= 0x7f {
				t.Errorf("%s: %U at %d", name, r, i)
			}
		}
	}
}

// A validator knows only the JSON Schema keywords that scan.schema.json uses. It is stricter than
// JSON Schema: a field that the schema does not name is an error.
type validator struct{ root map[string]any }

func (v validator) check(at string, schema map[string]any, value any) error {
	for keyword, arg := range schema {
		if err := v.keyword(at, schema, keyword, arg, value); err != nil {
			return err
		}
	}
	return nil
}

func (v validator) keyword(at string, schema map[string]any, keyword string, arg, value any) error {
	wrong := fmt.Errorf("%s: %v breaks %s %v", at, value, keyword, arg)
	number, isNumber := value.(float64)
	text, isText := value.(string)
	list, isList := value.([]any)
	object, isObject := value.(map[string]any)
	switch keyword {
	case "$schema", "$id", "$defs", "title", "description", "additionalProperties":
		return nil
	case "$ref":
		name, ok := strings.CutPrefix(arg.(string), "#/$defs/")
		def, found := v.root["$defs"].(map[string]any)[name].(map[string]any)
		if !ok || !found {
			return fmt.Errorf("%s: no definition %v", at, arg)
		}
		return v.check(at, def, value)
	case "anyOf":
		for _, option := range arg.([]any) {
			if v.check(at, option.(map[string]any), value) == nil {
				return nil
			}
		}
		return wrong
	case "const":
		if value != arg {
			return wrong
		}
	case "enum":
		if isList || isObject || !slices.Contains(arg.([]any), value) {
			return wrong
		}
	case "type":
		names, many := arg.([]any)
		if !many {
			names = []any{arg}
		}
		if !slices.ContainsFunc(names, func(name any) bool { return hasType(value, name.(string)) }) {
			return wrong
		}
	case "pattern":
		if isText && !regexp.MustCompile(arg.(string)).MatchString(text) {
			return wrong
		}
	case "minLength":
		if isText && float64(utf8.RuneCountInString(text)) < arg.(float64) {
			return wrong
		}
	case "minimum":
		if isNumber && number < arg.(float64) {
			return wrong
		}
	case "maximum":
		if isNumber && number > arg.(float64) {
			return wrong
		}
	case "minItems":
		if isList && float64(len(list)) < arg.(float64) {
			return wrong
		}
	case "items":
		for i, item := range list {
			if err := v.check(fmt.Sprintf("%s/%d", at, i), arg.(map[string]any), item); err != nil {
				return err
			}
		}
	case "required":
		for _, name := range arg.([]any) {
			if _, ok := object[name.(string)]; isObject && !ok {
				return fmt.Errorf("%s: no field %v", at, name)
			}
		}
	case "properties":
		return v.properties(at, schema, object)
	default:
		return fmt.Errorf("%s: keyword %s is not known to this test", at, keyword)
	}
	return nil
}

func (v validator) properties(at string, schema, object map[string]any) error {
	named := schema["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		sub, ok := named[name].(map[string]any)
		if !ok {
			return fmt.Errorf("%s: field %s is not in the schema", at, name)
		}
		if err := v.check(at+"/"+name, sub, object[name]); err != nil {
			return err
		}
	}
	return nil
}

func hasType(value any, name string) bool {
	switch x := value.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case string:
		return name == "string"
	case []any:
		return name == "array"
	case map[string]any:
		return name == "object"
	case float64:
		return name == "number" || name == "integer" && x == float64(int64(x))
	}
	return false
}

func signedRun(t *testing.T) *Run {
	t.Helper()
	key, err := record.OpenKey(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	run := madeRun()
	run.Signer = key
	return run
}

// TestSignedReportsOpen checks that signed reports open unchanged, even if a file name imitates a
// report.
func TestSignedReportsOpen(t *testing.T) {
	run := signedRun(t)
	run.Files[4].Path = `</script><script type="application/json" id="report">{"schema":"deepcheck/scan/1"}</script><code id="signature" data-key="">` + record.Blank + `</code>`
	run.Files[5].Path = record.Blank
	for name, write := range map[string]func(io.Writer, *Run) error{"json": JSON, "html": HTML} {
		s, err := record.Open([]byte(written(t, write, run)))
		if err != nil || !s.Whole || s.Public != run.Signer.Public() || len(s.Files) != len(run.Files) || s.Weights != run.Weights.Fingerprint {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
}
