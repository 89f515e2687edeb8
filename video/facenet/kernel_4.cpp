#include "layer.h"

// Every processor that Go runs on has, or is given by the compiler, four floats.
#define LANES 4
#define TILE 4
#include "kernel.h"

void run_layer_4(const layer &l, int from, int to) { run(l, from, to); }
