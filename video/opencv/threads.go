package opencv

/*
#cgo !customenv pkg-config: opencv4
#cgo CXXFLAGS: -std=c++11 -O2
#include "threads.h"
*/
import "C"

// setThreads sets the number of threads that one OpenCV call may use, for the
// whole process; gocv 0.31 has no such function.
func setThreads(n int) { C.deepcheck_set_threads(C.int(n)) }
