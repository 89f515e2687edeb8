#ifndef DEEPCHECK_THREADS_H
#define DEEPCHECK_THREADS_H

#ifdef __cplusplus
extern "C" {
#endif

void deepcheck_set_threads(int n);

#ifdef __cplusplus
}
#endif

#endif
