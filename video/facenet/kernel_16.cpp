#include "layer.h"

#if defined(__x86_64__) && !defined(__clang__)
#pragma GCC target("avx512f,avx512vl,avx512bw,avx512dq,fma,prefer-vector-width=512")

// 12 x 2 sums and 2 columns use 26 of the 32 registers.
#define LANES 16
#define TILE 12
#include "kernel.h"

void run_layer_16(const layer &l, int from, int to) { run(l, from, to); }
#else
void run_layer_16(const layer &l, int from, int to) { run_layer_4(l, from, to); }
#endif
