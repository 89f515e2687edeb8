package opencv

/*
#cgo !customenv pkg-config: opencv4
#cgo CXXFLAGS: -std=c++11 -O2
#include "threads.h"
*/
import "C"

import "sync"

// oneThread lets no OpenCV call use more than one thread, in the whole process; gocv 0.31 has
// no such function. It is done once: OpenCV takes its pool of threads down for it, and
// crashes where another goroutine does the same or is at work meanwhile.
var oneThread = sync.OnceFunc(func() { C.deepcheck_set_threads(1) })
