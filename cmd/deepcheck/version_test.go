package main

import (
	"errors"
	"os"
	"runtime/debug"
	"strings"
	"testing"
)

// Without git, in a source archive and with -buildvcs=false the version stays.
func TestToolOf(t *testing.T) {
	stamped := func(settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: "v0.0.0-20261128061912-0123456789ab+dirty"}, Settings: settings}
	}
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "0123abc"}
	for _, test := range []struct {
		name         string
		info         *debug.BuildInfo
		commit, line string
		build        string
	}{
		{"no build information", nil, "", "deepcheck " + version, version + "+hash"},
		{"no commit", stamped(), "", "deepcheck " + version, version + "+hash"},
		{"a commit", stamped(revision, debug.BuildSetting{Key: "vcs.modified", Value: "false"}),
			"0123abc", "deepcheck " + version + " (commit 0123abc)", version + "+0123abc"},
		{"a changed commit", stamped(revision, debug.BuildSetting{Key: "vcs.modified", Value: "true"}),
			"0123abc+changed", "deepcheck " + version + " (commit 0123abc+changed)", version + "+0123abc+changed+hash"},
		{"changed before the first commit", stamped(debug.BuildSetting{Key: "vcs.modified", Value: "true"}), "", "deepcheck " + version, version + "+hash"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tool := toolOf(test.info)
			if tool.Version != version || tool.Commit != test.commit || identity(tool) != test.line {
				t.Errorf("got version %q, commit %q and %q, want %q, %q and %q", tool.Version, tool.Commit, identity(tool), version, test.commit, test.line)
			}
			build, err := buildIdentity(tool, func() (string, error) { return "hash", nil })
			if err != nil || build != test.build {
				t.Errorf("got build %q, %v, want %q", build, err, test.build)
			}
		})
	}
}

func TestBuildIdentityUnreadable(t *testing.T) {
	broken := errors.New("broken")
	if got, err := buildIdentity(toolOf(nil), func() (string, error) { return "", broken }); got != "" || !errors.Is(err, broken) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestHashProgram(t *testing.T) {
	if sum, err := hashProgram(); err != nil || len(sum) != 64 {
		t.Errorf("got %q, %v", sum, err)
	}
}

// The newest entry of the changelog is that of this version.
func TestChangelog(t *testing.T) {
	text, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	_, newest, _ := strings.Cut(string(text), "\n## ")
	if got, _, _ := strings.Cut(newest, " "); got != version {
		t.Errorf("CHANGELOG.md begins with %q, version is %q", got, version)
	}
}
