package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// untilSignal returns a context that the first SIGINT (Ctrl-C), SIGTERM or SIGHUP cancels, and
// a function that undoes its effects. After the first signal the default actions apply again: a
// second signal kills the process. SIGHUP stays ignored if it was, as under nohup.
//
// It also catches SIGPIPE, which would kill the process when the reader of its output exits.
// Writes then fail with EPIPE. It does not ignore SIGPIPE, because child processes inherit
// ignored signals.
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

// brokenPipe reports whether err means that the reader of stdout has exited, as head does. It is
// not an error of the command.
func brokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
