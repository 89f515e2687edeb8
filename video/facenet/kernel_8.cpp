#include "layer.h"

#if defined(__x86_64__) && !defined(__clang__)
#pragma GCC target("avx2,fma")

// 6 x 2 sums, 2 columns and a factor use 15 of the 16 registers.
#define LANES 8
#define TILE 6
#include "kernel.h"

void run_layer_8(const layer &l, int from, int to) { run(l, from, to); }
#else
void run_layer_8(const layer &l, int from, int to) { run_layer_4(l, from, to); }
#endif
