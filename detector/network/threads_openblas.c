//go:build openblas

#include <cblas.h>

// Missing from cblas.h and from some builds of OpenBLAS.
extern int blas_thread_shutdown_(void) __attribute__((weak));

// Every matrix product uses one thread, because callers run one worker per core. When the
// program starts, OpenBLAS has already started one thread per core, each of which would spin
// for about 30 ms.
__attribute__((constructor)) static void one_thread(void) {
	openblas_set_num_threads(1);
	if (blas_thread_shutdown_) blas_thread_shutdown_();
}
