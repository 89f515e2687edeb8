// The inner loops, for vectors of LANES floats and tiles of TILE pixels by two
// vectors. It is included once for each instruction set, and includes nothing
// itself: an inline function of a library, compiled for the widest set, might be
// the copy that the linker keeps for all.

namespace {

typedef float vec __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

inline vec load(const float *p) { return *reinterpret_cast<const vec *>(p); }
inline void store(float *p, vec v) { *reinterpret_cast<vec *>(p) = v; }

// Depthwise 3x3 of one row of pixels, to dst (width, channels).
void depthwise(const layer &l, int y, float *dst) {
    const int channels = l.in.channels;
    const long row = static_cast<long>(l.in.width + 2) * l.in.stride;
    for (int c = 0; c < channels; c += LANES) {
        vec w[9];
#pragma GCC unroll 9
        for (int k = 0; k < 9; k++) w[k] = load(l.depth + k * channels + c);
        const vec bias = load(l.depth_bias + c);
        const float *src = l.in.at(y * l.step - l.pad, -l.pad) + c;
        for (int x = 0; x < l.out.width; x++, src += l.step * l.in.stride) {
            vec s[3] = {bias, {}, {}};
#pragma GCC unroll 3
            for (int k = 0; k < 3; k++) {
                s[0] += w[k] * load(src + k * l.in.stride);
                s[1] += w[3 + k] * load(src + row + k * l.in.stride);
                s[2] += w[6 + k] * load(src + 2 * row + k * l.in.stride);
            }
            store(dst + static_cast<long>(x) * channels + c, s[0] + s[1] + s[2]);
        }
    }
}

void copy(float *dst, const float *src, int n) {
    for (int i = 0; i < n; i++) dst[i] = src[i];
}

// Gathers what the second step sums over for one row of pixels.
void gather(const layer &l, int y, float *dst) {
    if (l.depth) return depthwise(l, y, dst);
    for (int x = 0; x < l.out.width; x++) {
        if (!l.window) {
            copy(dst, l.in.at(y, x), l.depth_in);
            dst += l.depth_in;
            continue;
        }
        for (int k = 0; k < 3; k++, dst += l.depth_in / 3)
            copy(dst, l.in.at(y * l.step - l.pad + k, x * l.step - l.pad), l.depth_in / 3);
    }
}

// Adds a (ROWS, n) times b (n, COLS·LANES) to the bias.
template <int ROWS, int COLS>
void tile(const float *a, int n, const float *b, const float *bias, float *dst, int stride) {
    vec sum[ROWS][COLS];
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 2
        for (int c = 0; c < COLS; c++) sum[r][c] = load(bias + c * LANES);
    for (int k = 0; k < n; k++, b += COLS * LANES) {
        vec col[COLS];
#pragma GCC unroll 2
        for (int c = 0; c < COLS; c++) col[c] = load(b + c * LANES);
#pragma GCC unroll 16
        for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 2
            for (int c = 0; c < COLS; c++) sum[r][c] += a[r * n + k] * col[c];
    }
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 2
        for (int c = 0; c < COLS; c++) store(dst + static_cast<long>(r) * stride + c * LANES, sum[r][c]);
}

// Does the last rows, fewer than a whole tile.
template <int ROWS, int COLS>
struct rest {
    static void run(int rows, const float *a, int n, const float *b, const float *bias, float *dst, int stride) {
        if (rows == ROWS) return tile<ROWS, COLS>(a, n, b, bias, dst, stride);
        rest<ROWS - 1, COLS>::run(rows, a, n, b, bias, dst, stride);
    }
};
template <int COLS>
struct rest<0, COLS> {
    static void run(int, const float *, int, const float *, const float *, float *, int) {}
};

template <int COLS>
void panel(const layer &l, int pixels, int column) {
    const float *b = l.point + static_cast<long>(column) * l.depth_in, *bias = l.point_bias + column;
    const float *a = l.gathered;
    float *dst = l.summed + column;
    for (; pixels >= TILE; pixels -= TILE, a += TILE * l.depth_in, dst += static_cast<long>(TILE) * l.out.stride)
        tile<TILE, COLS>(a, l.depth_in, b, bias, dst, l.out.stride);
    rest<TILE - 1, COLS>::run(pixels, a, l.depth_in, b, bias, dst, l.out.stride);
}

inline vec larger(vec a, vec b) { return a > b ? a : b; }

// Adds the input and applies the PReLU to one row of pixels.
template <int SKIP, bool SLOPE>
void finish(const layer &l, int y, const float *src) {
    // Copies: for all the compiler knows, every store might change the layer.
    const int width = l.out.width, channels = l.out.stride, in = l.in.stride;
    const float *slope = l.slope, *p = SKIP == skip_pool ? l.in.at(2 * y, 0) : l.in.at(y, 0);
    const long row = static_cast<long>(l.in.width + 2) * in;
    float *dst = l.out.at(y, 0);
    for (int x = 0; x < width; x++, src += channels, dst += channels, p += SKIP == skip_pool ? 2 * in : in) {
        for (int c = 0; c < channels; c += LANES) {
            vec v = load(src + c);
            if (SKIP == skip_same) v += load(p + c);
            if (SKIP == skip_pool && c < in)
                v += larger(larger(load(p + c), load(p + in + c)), larger(load(p + row + c), load(p + row + in + c)));
            store(dst + c, SLOPE ? (v > vec{} ? v : v * load(slope + c)) : v);
        }
    }
}

template <int SKIP>
void finish(const layer &l, int y, const float *src) {
    l.slope ? finish<SKIP, true>(l, y, src) : finish<SKIP, false>(l, y, src);
}

void finish(const layer &l, int y, const float *src) {
    l.skip == skip_same ? finish<skip_same>(l, y, src) : l.skip == skip_pool ? finish<skip_pool>(l, y, src) : finish<skip_none>(l, y, src);
}

void run(const layer &l) {
    for (int y = 0; y < l.out.height; y += l.group) {
        const int rows = l.out.height - y < l.group ? l.out.height - y : l.group;
        for (int r = 0; r < rows; r++)
            gather(l, y + r, l.gathered + static_cast<long>(r) * l.out.width * l.depth_in);
        int c = 0;
        for (; c + 2 * LANES <= l.out.stride; c += 2 * LANES) panel<2>(l, rows * l.out.width, c);
        for (; c < l.out.stride; c += LANES) panel<1>(l, rows * l.out.width, c);
        for (int r = 0; r < rows; r++)
            finish(l, y + r, l.summed + static_cast<long>(r) * l.out.width * l.out.stride);
    }
}

} // namespace
