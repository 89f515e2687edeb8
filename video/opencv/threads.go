package opencv

/*
#cgo !customenv pkg-config: opencv4
#cgo CXXFLAGS: -std=c++11 -O2
#include "threads.h"
*/
import "C"

import "sync"

// oneThread limits OpenCV to one thread in the whole process; gocv 0.31 lacks this function. It
// runs only once: OpenCV stops its thread pool for it, and crashes if another goroutine does
// the same or uses OpenCV at that time.
var oneThread = sync.OnceFunc(func() { C.deepcheck_set_threads(1) })
