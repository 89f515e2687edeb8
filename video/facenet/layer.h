#ifndef DEEPCHECK_LAYER_H
#define DEEPCHECK_LAYER_H

// A tensor (height, width, channels) with a border of zero pixels, one above and on the left,
// two below and on the right, so that windows need no checks at the edges. A row has width + 3
// pixels of stride floats, of which the first channels are used and the rest are zero. The
// tensor stores ring rows; row y is stored at y mod ring. A wide tensor that is not an output
// stores only the rows that later layers still read, so that they fit into the nearest cache.
enum { border_before = 1, border_after = 2, border = border_before + border_after };

struct tensor {
    int height, width, channels, stride, ring;
    float *data;

    // The distance between rows in floats.
    long row() const { return static_cast<long>(width + border) * stride; }

    // The pixel at (y, x); (0, 0) is the first one inside the border.
    float *at(int y, int x) const { return data + (y + ring) % ring * row() + static_cast<long>(x + border_before) * stride; }
};

// The position of a pixel of a group, in floats from the group's first pixel.
struct place {
    long out;  // in the output
    long skip; // in the input to add
};

// A layer (facemodel.Layer), its constants laid out for the vectors: channels are padded with
// zeros to a multiple of padding.
struct layer {
    tensor in, out;
    int step, pad, skip;
    int side;               // side of the window of one output pixel
    const float *depth;     // (3, 3, in.stride) or null
    const float *depth_bias;

    // Step 2 sums over the window of a pixel: runs rows of run adjacent floats each.
    int runs, run;
    int pitch; // distance between the runs of neighbouring pixels in floats

    const float *point;      // panels of 2·lanes columns, each (runs·run, columns)
    const float *point_bias; // (out.stride)
    const float *slope;      // (out.stride) or null
    float *gathered;         // (group pixels, in.stride), output of step 1
    int group;               // rows computed at a time
    const place *places;     // of the pixels of a group
};

enum { skip_none, skip_same, skip_pool };

// The largest number of runs: the side of the largest window.
enum { most_runs = 5 };

// Channels are padded to a multiple of this, the floats of the widest vector.
enum { padding = 16 };

// Compute rows [from, to) of a layer's output, at most one group, with vectors of 4, 8 and 16
// floats.
void run_layer_4(const layer &l, int from, int to);
void run_layer_8(const layer &l, int from, int to);
void run_layer_16(const layer &l, int from, int to);

#endif
