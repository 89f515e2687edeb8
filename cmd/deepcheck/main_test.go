package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video/facemodel"
	"github.com/deepcheck/deepcheck/weights"
)

// The scripts in testdata run three programs as separate processes: "deepcheck" is the real
// program, "fakecheck" has a fakeScanner in a signalScanner, and "signalcheck" has the real engine
// in a signalScanner.
func TestMain(m *testing.M) {
	with := func(open openScanner) func() {
		return func() {
			os.Exit(runWith(context.Background(), commands(open), os.Args[1:], os.Stdout, os.Stderr))
		}
	}
	testscript.Main(m, map[string]func(){
		"deepcheck":   main,
		"fakecheck":   with(func(*weights.File, detector.Options) (scanner, error) { return signalScanner{fakeScanner{}}, nil }),
		"signalcheck": with(openSignalEngine),
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, "cache"))
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
			env.Setenv("SOURCE_DATE_EPOCH", "1700000000")
			env.Setenv("DATA", sharedData())
			w := weights.File{Tensors: []weights.Tensor{{Name: "w", Shape: []int{1}, Data: []float32{1}}}}
			return w.Save(filepath.Join(env.WorkDir, "small.weights"))
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root":
				return os.Geteuid() == 0, nil
			case "engine":
				return hasEngine(), nil
			case "data":
				_, err := os.Stat(sharedData())
				return err == nil, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"exits": exits, "untrained": untrained, "valid": valid},
	})
}

// exits STATUS PROGRAM ARGS... runs a program and checks its exit status. STATUS may list
// alternatives, separated by |. -1 means killed by a signal.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS PROGRAM ARGS...")
	}
	got := 0
	err := ts.Exec(args[1], args[2:]...)
	var exit interface{ ExitCode() int }
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("running %s: %v", args[1], err)
	}
	if want := args[0]; !slices.Contains(strings.Split(want, "|"), strconv.Itoa(got)) {
		ts.Fatalf("%s ended with status %d, want %s", strings.Join(args[1:], " "), got, want)
	}
}

// valid FILE... checks JSON reports against the published schema, and each line of a .jsonl file
// against the schema of one file.
func valid(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: valid FILE...")
	}
	const run, line = "urn:deepcheck:scan:1", "urn:deepcheck:file:1"
	compiler := jsonschema.NewCompiler()
	for id, text := range map[string][]byte{run: report.Schema(), line: report.FileSchema()} {
		definition, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		ts.Check(err)
		ts.Check(compiler.AddResource(id, definition))
	}
	for _, name := range args {
		id, documents := run, []string{ts.ReadFile(name)}
		if filepath.Ext(name) == ".jsonl" {
			id, documents = line, strings.Split(strings.TrimSuffix(documents[0], "\n"), "\n")
		}
		schema, err := compiler.Compile(id)
		ts.Check(err)
		for _, text := range documents {
			document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			ts.Check(err)
			if err := schema.Validate(document); err != nil {
				ts.Fatalf("%s: %v", name, err)
			}
		}
	}
}

// hasEngine reports whether ffmpeg and the face networks are there. Built-in weights may be
// missing: the untrained ones do.
func hasEngine() bool {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		return false
	}
	_, err := facemodel.Detector()
	return err == nil
}

// makeSample runs cmd/sample, which generates videos. It skips the test if a program that
// generates or scans them is not installed.
func makeSample(t *testing.T, args ...string) {
	t.Helper()
	if !hasEngine() {
		t.Skip("no ffmpeg, or built without the face networks: make setup")
	}
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		t.Skip("no espeak-ng for the voice of the sample")
	}
	if out, err := exec.Command("go", append([]string{"run", "../sample"}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// untrained FILE writes untrained weights of the real network, with thresholds that make every
// track suspect.
func untrained(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: untrained FILE")
	}
	w := weights.File{Header: weights.Header{Mel: detector.MelSettings(), Calibration: verdict.Thresholds{TrackWeak: -100, TrackModerate: 100, TrackStrong: 100, SegmentWeak: 100, SegmentModerate: 100, SegmentStrong: 100}.Calibration()}}
	for _, p := range network.NewParams(1).List() {
		w.Tensors = append(w.Tensors, weights.Tensor{Name: p.Name, Shape: p.Shape, Data: p.Data})
	}
	ts.Check(w.Save(ts.MkAbs(args[0])))
}

// sharedData returns the folder for clips of real people, which may not exist.
func sharedData() string {
	dir, err := filepath.Abs(filepath.FromSlash("../../../shared/data/dev"))
	if err != nil {
		return ""
	}
	return dir
}

// A fakeScanner returns the verdict that is written in the file. It panics on "panic" and returns
// an error for any other text.
type fakeScanner struct{}

func (fakeScanner) Scan(_ context.Context, path string, progress func(done, total time.Duration)) (*verdict.Result, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", path, errors.Unwrap(err))
	}
	progress(time.Second, 2*time.Second)
	sum := sha256.Sum256(b)
	res := &verdict.Result{Path: path, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(b)), Frames: 50, Voiced: 25}
	switch v := verdict.Verdict(strings.TrimSpace(string(b))); v {
	case "panic":
		panic("lost my head")
	case verdict.Consistent:
		res.Verdict = v
	case verdict.Suspect:
		res.Verdict, res.Band, res.Reasons = v, verdict.Strong, []verdict.Reason{verdict.WholeFile}
	case verdict.Inconclusive:
		res.Verdict, res.Reasons = v, []verdict.Reason{verdict.NoFace}
	default:
		return nil, fmt.Errorf("reading %q: not a video", path)
	}
	return res, nil
}

func (fakeScanner) Close() error { return nil }

// A signalScanner sends its own process the signal $STOP_BY (KILL or INT) in the middle of the
// file whose base name is $STOP_AT.
type signalScanner struct{ scanner }

func openSignalEngine(w *weights.File, o detector.Options) (scanner, error) {
	s, err := openEngine(w, o)
	return signalScanner{s}, err
}

func (m signalScanner) Scan(ctx context.Context, path string, progress func(done, total time.Duration)) (*verdict.Result, error) {
	if filepath.Base(path) != os.Getenv("STOP_AT") {
		return m.scanner.Scan(ctx, path, progress)
	}
	signal := map[string]syscall.Signal{"KILL": syscall.SIGKILL, "INT": syscall.SIGINT}[os.Getenv("STOP_BY")]
	return m.scanner.Scan(ctx, path, func(done, total time.Duration) {
		if ctx.Err() != nil {
			return
		}
		if err := syscall.Kill(os.Getpid(), signal); err != nil {
			panic(err)
		}
		<-ctx.Done()
	})
}
