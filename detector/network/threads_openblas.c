//go:build openblas

#include <cblas.h>

// Not in cblas.h, and not in every build of OpenBLAS.
extern int blas_thread_shutdown_(void) __attribute__((weak));

// Every product takes one thread: callers run one worker a core. By the time that the program
// starts OpenBLAS has started one for every core, each of which would look for work for some 30 ms.
__attribute__((constructor)) static void one_thread(void) {
	openblas_set_num_threads(1);
	if (blas_thread_shutdown_) blas_thread_shutdown_();
}
