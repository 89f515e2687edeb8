# `make help` lists the targets. They need Debian 12 with Go, git and make. `make setup`
# installs everything else; every target that needs it runs it first.

SHELL := /bin/bash
space := $(subst ,, )
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Build tags: openblas computes matrix products with OpenBLAS, cudnn computes convolutions
# on a CUDA device (CONTRIBUTING.md). TAGS= builds without both.
TAGS ?= openblas

# gocv binds the whole of OpenCV, and its pkg-config flags link 260 libraries, which take
# half a second to load at every start. With gocv's tag customenv the flags come from here:
# every C and C++ function gets a section, and the linker drops unused
# sections, so that the two libraries named here are enough. Flags from the environment or
# the command line go before these.
GOCV := customenv
export CGO_CPPFLAGS := -I/usr/include/opencv4
override CGO_CFLAGS := $(or $(CGO_CFLAGS),-g -O2) -ffunction-sections
export CGO_CXXFLAGS := -g -O2 -ffunction-sections
override CGO_LDFLAGS := $(or $(CGO_LDFLAGS),-g -O2) -Wl,--as-needed $(addprefix -lopencv_,imgproc core) -Wl,--gc-sections
export CGO_CFLAGS CGO_LDFLAGS

# Builds contain no path of this machine, so that they are the same everywhere.
export GOFLAGS := $(strip $(GOFLAGS) -trimpath)

# The clips of `make train` and `make eval`, and further flags for them.
TRAIN ?= ../shared/data/train.tsv ../shared/data/dev.tsv
EVAL ?= ../shared/data/dev.tsv
WEIGHTS ?= bin/deepcheck.weights
FLAGS ?=

# How long `make fuzz` spends on each target.
FUZZTIME ?= 5s

# Which face networks the build embeds: package and version on npm.
FACE_MESH := @mediapipe/face_mesh@0.4.1657299874
MODELS := video/facemodel/models
TFLITE := $(MODELS)/face_landmark.tflite $(MODELS)/face_detection_short_range.tflite

MADE := testdata/made
GO_FOLDERS := audio cmd detector sync video weights

# Git refuses to read a checkout that belongs to another user, and the Go tool then refuses
# to build. Such a build omits the commit. So does the build of a source archive, even
# inside another repository.
VCS := $(shell { git ls-files --error-unmatch go.mod && git status --porcelain; } >/dev/null 2>&1 || echo -buildvcs=false)

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s%s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: packages $(TFLITE) ## Install missing Debian packages and face networks

# chromium prints reports to PDF and opens them in tests. Users other than root need
# chromium-sandbox where the kernel offers no sandbox, as in containers. Packages are
# detected by the files that they provide, so that programs installed in another way are
# not installed again. libopencv-dev is needed as a whole: gocv links everything that its
# opencv4.pc names.
.PHONY: packages
packages:
	@missing=
	for program in espeak-ng ffmpeg g++ pkg-config; do
		command -v $$program >/dev/null || missing+=" $$program"
	done
	command -v chromium >/dev/null || missing+=" chromium chromium-sandbox"
	pkg-config --exists opencv4 2>/dev/null || missing+=" libopencv-dev"
	[ -e "$$(gcc -print-file-name=libopenblas.so 2>/dev/null)" ] || missing+=" libopenblas-dev"
	[ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=" ca-certificates"
	for model in $(TFLITE); do
		[ -e $$model ] || command -v npm >/dev/null || { missing+=" npm"; break; }
	done
	[ -n "$$missing" ] || exit 0
	if ! command -v apt-get >/dev/null; then
		echo "error: no apt-get here; install what Debian calls:$$missing" >&2
		exit 1
	fi
	echo "installing:$$missing"
	sudo=
	[ $$(id -u) = 0 ] || sudo=sudo
	apt="$$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300"
	$$apt update || echo "going on with the package lists that are there" >&2
	$$apt install -y --no-install-recommends $$missing

# One run of the installer writes both files, hence &:.
$(TFLITE) &: | packages
	@echo "fetching the face networks: $(FACE_MESH)"
	folder=$$(mktemp -d)
	trap 'rm -rf "$$folder"' EXIT
	(cd "$$folder" && npm pack --silent $(FACE_MESH) >/dev/null)
	go run ./video/facemodel/install "$$folder"/*.tgz $(MODELS)

.PHONY: build
build: setup ## Build bin/deepcheck
	go build $(VCS) -tags '$(GOCV) $(TAGS)' -o bin/deepcheck ./cmd/deepcheck

# The copy is built from nothing: with its own build cache and without git.
# Plain make, because `make -n` would run a recipe that mentions $(MAKE).
.PHONY: reproducible
reproducible: setup ## Check that a build in another folder has the same bytes
	@folder=$$(mktemp -d)
	trap 'rm -rf "$$folder"' EXIT
	mkdir "$$folder/copy"
	{ git ls-files -z; printf '%s\0' $(TFLITE); } | tar -c --null -T - | tar -x -C "$$folder/copy"
	go build -buildvcs=false -tags '$(GOCV) $(TAGS)' -o "$$folder/deepcheck" ./cmd/deepcheck
	GOCACHE="$$folder/cache" make -C "$$folder/copy" build VCS=-buildvcs=false
	cmp "$$folder/deepcheck" "$$folder/copy/bin/deepcheck"
	sha256sum <"$$folder/deepcheck"

.PHONY: version
version: ## Print the version
	@sed -n 's/^const version = "\(.*\)"$$/\1/p' cmd/deepcheck/version.go

.PHONY: testdata
testdata: $(MADE)/tampered.mp4 ## Make the sample clips in testdata/made

# The clips depend only on the source of the generator. The tampered sample is written
# last.
SAMPLE := $(shell find cmd/sample -name '*.go' ! -name '*_test.go')
$(MADE)/tampered.mp4: $(SAMPLE) | packages
	go run ./cmd/sample -demo $(MADE)

$(MADE)/talking.mp4: $(SAMPLE) | packages
	@mkdir -p $(MADE)
	go run ./cmd/sample -size 1280x720 -seconds 10 -seed 1 -out $@

.PHONY: demo
demo: build testdata ## Scan a genuine and a tampered sample
	@scan() { # scan NAME STATUS: the sample must end with the status
		local status=0
		echo "\$$ deepcheck scan $(MADE)/$$1.mp4 -o html=$(MADE)/$$1.html"
		bin/deepcheck scan $(MADE)/$$1.mp4 -o html=$(MADE)/$$1.html || status=$$?
		echo "(exit status $$status)"
		echo
		if [ $$status != $$2 ]; then
			echo "error: $$1.mp4 ended with status $$status, want $$2" >&2
			exit 1
		fi
	}
	echo
	echo "Two samples of a drawn face that says three sentences. In the genuine one"
	echo "the voice says them too; in the tampered one it says another in the middle."
	echo
	scan genuine 0
	scan tampered 1
	echo "To scan files of your own on a page in the browser: bin/deepcheck ui"
	echo
	echo "The genuine sample is consistent (0), the tampered one suspect (1), and its"
	echo "segment lies in the sentence that was replaced. Open the report in a browser: it"
	echo "plays the video beside it, with the curve of every frame, the mouths and the"
	echo "sound of the suspect seconds, and a threshold to move:"
	echo
	echo "  $(CURDIR)/$(MADE)/tampered.html"

# The tests come last, so that the output ends with their counts.
.PHONY: test
test: setup format tidy vet staticcheck deadcode lint cuda-check fuzz-and-race ## Check everything
	@echo "go build (without OpenBLAS)"
	go build $(VCS) -tags $(GOCV) ./...
	go test -json -tags '$(GOCV) $(TAGS)' ./... | go run ./cmd/skips .ci/skips

.PHONY: format
format:
	@files=$$(gofmt -l $(GO_FOLDERS))
	if [ -n "$$files" ]; then
		echo "error: not as gofmt writes it:" $$files >&2
		exit 1
	fi

.PHONY: vet
vet: | setup
	go vet -tags '$(GOCV) $(TAGS)' ./...

.PHONY: tidy
tidy:
	go mod tidy -diff

.PHONY: staticcheck
staticcheck: | setup
	go tool staticcheck -tags '$(GOCV) $(TAGS)' ./...

# Functions that no command may reach: those for tests, and the schemas for users of
# package report.
UNREACHED := detector/visit/ detector/dataset/made/ detector/dataset/keep.go detector/report/phrase/check.go detector/report/schema.go

.PHONY: deadcode
deadcode: | setup ## List functions that no command reaches
	@found=$$(go tool deadcode -tags '$(GOCV) $(TAGS)' ./...)
	if grep -vE '^($$|$(subst $(space),|,$(UNREACHED)))' <<<"$$found"; then
		echo "error: dead code" >&2
		exit 1
	fi

# Packages that only need a result build without cgo: no OpenCV, Gorgonia or OpenBLAS.
WITHOUT_CGO := sync detector/verdict detector/report detector/record detector/store detector/batch detector/ui

.PHONY: lint
lint: ## Check imports and the other house rules
	go run ./cmd/lint
	CGO_ENABLED=0 go build $(addprefix ./,$(WITHOUT_CGO))
	@if go list -deps $(addprefix ./,$(WITHOUT_CGO)) | grep -E 'gocv|gorgonia'; then
		echo "error: these link OpenCV or Gorgonia: $(WITHOUT_CGO)" >&2
		exit 1
	fi

.PHONY: cuda-check
cuda-check: ## Type-check the CUDA build; needs neither CUDA nor its headers
	go run ./cmd/cudacheck -tags cudnn
	go run ./cmd/cudacheck -tags cudnn,openblas

# Go 1.26 may end a fuzz target at its time limit with "context deadline exceeded"
# although no input failed (go.dev/issue/75804); such a target runs once more.
.PHONY: fuzz
fuzz: | setup ## Fuzz every target for FUZZTIME (5s)
	@log=$$(mktemp)
	trap 'rm -f "$$log"' EXIT
	fuzz() { # fuzz FOLDER TARGET
		echo "fuzzing $$1 $$2 for $(FUZZTIME)"
		go test -tags '$(GOCV) $(TAGS)' -run '^$$' -fuzz "^$$2\$$" -fuzztime $(FUZZTIME) "./$$1" >"$$log" 2>&1
	}
	for folder in $$(grep -rl --include='*_test.go' '^func Fuzz' $(GO_FOLDERS) | xargs -n 1 dirname | sort -u); do
		targets=$$(go test -tags '$(GOCV) $(TAGS)' -list '^Fuzz' "./$$folder" | grep '^Fuzz')
		for target in $$targets; do
			fuzz "$$folder" "$$target" && continue
			if grep -q 'context deadline exceeded' "$$log" && ! grep -q 'Failing input' "$$log"; then
				fuzz "$$folder" "$$target" && continue
			fi
			cat "$$log"
			exit 1
		done
	done

# The race detector runs where no OpenCV is linked. Left out are packages train and
# evaluate, whose tests train networks in one goroutine, for ten minutes with the detector,
# and two tests that take half a minute each and start no goroutine: one tracks faces, the
# other waits for ffmpeg.
RACE ?= $$(go list -tags '$(GOCV) $(TAGS)' -test -f '{{.ImportPath}} {{join .Deps " "}}' ./... | awk '/^[^ ]*\.test / && !/gocv\.io/ && !/^[^ ]*(train|evaluate)\.test / {sub(/\.test$$/, "", $$1); print $$1}')
RACE_SKIP := ^(TestTrackerSeveralPeople|TestSourceLongPicture)$$

# Fuzzing compiles gocv on one core for a minute and a half; race uses the other core. This
# target has no other line, because `make -n` runs lines that mention $(MAKE).
.PHONY: fuzz-and-race
fuzz-and-race: | setup
	@$(MAKE) --no-print-directory -j 2 -O fuzz race

.PHONY: race
race: | setup ## Test with the race detector: RACE=PACKAGES
	go test -race -tags '$(GOCV) $(TAGS)' -skip '$(RACE_SKIP)' $(RACE)

.PHONY: bench
bench: build $(MADE)/talking.mp4 ## Measure speed and memory (minutes)
	go test -tags '$(GOCV) $(TAGS)' -run '^$$' -bench . -benchtime 200ms ./...
	go run ./cmd/bench $(FLAGS) $(MADE)/talking.mp4

# The drawn faces on which the weights are trained in addition to TRAIN. The samples of the
# demo have another seed.
.PHONY: drawn
drawn: | packages ## Draw 40 talking faces to train on, in .cache/drawn
	@mkdir -p .cache/drawn
	go build $(VCS) -o bin/sample ./cmd/sample
	printf 'file\tlabel\tgenerator\tsource\n' >.cache/drawn/drawn.tsv
	for seed in {1001..1040}; do
		bin/sample -out .cache/drawn/$$seed.mp4 -seed $$seed -seconds 8
		printf '%s.mp4\treal\tnone\tdrawn by cmd/sample\n' $$seed >>.cache/drawn/drawn.tsv
	done

.PHONY: train
train: build ## Train weights on TRAIN="LIST..."; FLAGS=--resume goes on
	bin/deepcheck train $(FLAGS) --out $(WEIGHTS) $(TRAIN)

.PHONY: eval
eval: build ## Measure the built-in weights on EVAL=LIST
	bin/deepcheck eval $(FLAGS) $(EVAL)

.ONESHELL:
