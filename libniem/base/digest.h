/* SHA-256 (FIPS 180-4), for the digests in a manifest. */
#ifndef NI_DIGEST_H
#define NI_DIGEST_H

#include "base/platform.h"

typedef struct ni_digest {
  uint32_t state[8];
  uint64_t length; /* bytes so far */
  unsigned char block[64];
} ni_digest;

enum { NI_DIGEST_BYTES = 32, NI_DIGEST_HEX = 65 };

void ni_digest_init(ni_digest *digest);
void ni_digest_update(ni_digest *digest, const void *bytes, size_t n);
void ni_digest_finish(ni_digest *digest, unsigned char out[NI_DIGEST_BYTES]);
/* 64 lower-case hexadecimal digits and a NUL. */
void ni_digest_finish_hex(ni_digest *digest, char out[NI_DIGEST_HEX]);
/* All at once. */
void ni_digest_hex(const void *bytes, size_t n, char out[NI_DIGEST_HEX]);

#endif
