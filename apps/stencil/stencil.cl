// apps/stencil/stencil.cl: the kernels of kernels_cpu.c for OpenCL devices. Tiles are row-major, x
// contiguous; `width` is that of a tile's row.
#pragma OPENCL EXTENSION cl_khr_fp64 : enable

kernel void fill(global double *input, global double *output, long cells, int width, int x0, int y0,
                 double init, double cx, double cy) {
    long i = get_global_id(0);
    if (i >= cells)
        return;
    input[i] = init + cx * (x0 + i % width) + cy * (y0 + i / width);
    input[cells + i] = init;
    output[i] = init;
}

kernel void gather(global double *buffer, global const double *cells, int width, int x, int y) {
    int i = get_global_id(0), j = get_global_id(1);
    buffer[(long)j * get_global_size(0) + i] = cells[(long)(y + j) * width + x + i];
}

kernel void scatter(global double *cells, global const double *buffer, int width, int x, int y) {
    int i = get_global_id(0), j = get_global_id(1);
    cells[(long)(y + j) * width + x + i] = buffer[(long)j * get_global_size(0) + i];
}

kernel void stencil(global double *output, global const double *in, int width) {
    long up = width, at = (get_global_id(1) + 2) * up + get_global_id(0) + 2;
    output[at] += 0.25 * (in[at + 1] - in[at - 1] + in[at + up] - in[at - up]) +
                  0.125 * (in[at + 2] - in[at - 2] + in[at + 2 * up] - in[at - 2 * up]);
}

kernel void increment(global double *cells, int width, int x, int y) {
    cells[(long)(y + get_global_id(1)) * width + x + get_global_id(0)] += 1;
}
