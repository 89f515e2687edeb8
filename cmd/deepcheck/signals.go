package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// untilSignal returns a context that the first Ctrl-C, SIGTERM or hang-up ends. From
// then on the signals have their usual effect again, so a second one kills. A hang-up that
// nohup has the program ignore stays ignored.
//
// It also catches SIGPIPE, which would end the process in the middle of its
// work when nobody reads its output any more; writes then fail with EPIPE
// instead. The signal is caught and not ignored because child processes would
// inherit the latter.
func untilSignal(ctx context.Context) (context.Context, func()) {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(ctx, ends...)
	context.AfterFunc(ctx, stop)
	pipe := make(chan os.Signal, 1)
	signal.Notify(pipe, syscall.SIGPIPE)
	return ctx, func() {
		stop()
		signal.Stop(pipe)
	}
}

// brokenPipe tells whether err means that the reader of stdout has gone, as
// head does: its choice, and no fault to speak of.
func brokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
