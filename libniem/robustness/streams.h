/* The streams of random numbers of this floor: what is drawn for one purpose is independent of what is drawn for
 * another, with the same seed. A number is never used again for something else. */
#ifndef NI_ROBUSTNESS_STREAMS_H
#define NI_ROBUSTNESS_STREAMS_H

enum {
  NI_STREAM_OWEN = 32,
  NI_STREAM_LINEAR = 33,
  NI_STREAM_SAMPLE = 34,
  NI_STREAM_RESAMPLE = 35,
  NI_STREAM_NOISE = 36,
  NI_STREAM_INPUTS = 1024,   /* and the place of the input, below 1000: replicates */
  NI_STREAM_INPUTS_A = 2048, /* the same: points A and B of an analysis of sensitivity */
  NI_STREAM_INPUTS_B = 3072
};

#endif
