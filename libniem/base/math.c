/* exp, log and their kin, from basic operations on doubles alone, so that every machine gives the same bits.
 *
 * Method: table-driven reduction (P. T. P. Tang, ACM TOMS 15 (1989) for exp and 16 (1990) for log; J.-M. Muller,
 * "Elementary Functions", 3rd ed. (2016), ch. 6) carried out in double-double, then the series of expm1 and of atanh.
 *
 *   - log x = e log 2 - log c + 2 atanh(s), s = r / (2 + r), r = c m - 1, |r| <= 2^-7, where x = 2^e m and c is near
 *     1 / m. Next to 1 c is 1, so the result keeps its relative accuracy there.
 *   - exp x = 2^n 2^(j/128) exp(r), |r| <= log(2) / 256.
 *   - x^y = exp(y log x).
 *
 * Relative errors before the one rounding: log 2^-99, exp 2^-102 for an exact argument (terms left out are below
 * 2^-110).
 *
 * The tables and constants were computed with mpmath at 400 bits and rounded to pairs of doubles (nearest, then nearest
 * to the rest): c = floor(256 / m + 1/2) / 256 at the middle m of a cell, 1 in the first and the last; -log c;
 * 2^(j/128). */
#include "base/platform.h"

/* Packages are often built with -O2, at which GCC leaves most loops as they are. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "base/math.h"

#include "base/number.h"

/* Cells of [1, 2); from 1 + 53/128 on m is halved, so that it is in [0.7, 1.42). */
enum { CELLS = 128, FIRST_HALVED = 53 };

static const ni_dd log_2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
static const ni_dd inverse_log_2 = {0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56};
static const ni_dd inverse_log_10 = {0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57};
static const ni_dd one_third = {0x1.5555555555555p-2, 0x1.5555555555555p-56};
static const ni_dd one_fifth = {0x1.999999999999ap-3, -0x1.999999999999ap-57};
static const ni_dd one_sixth = {0x1.5555555555555p-3, 0x1.5555555555555p-57};
static const ni_dd one_24th = {0x1.5555555555555p-5, 0x1.5555555555555p-59};

/* 256 c for each cell. */
static const double log_factor[CELLS] = {
    256, 253, 251, 249, 247, 245, 244, 242, 240, 238, 237, 235, 233, 232, 230, 228, 227, 225, 224, 222, 221, 219,
    218, 216, 215, 213, 212, 211, 209, 208, 207, 205, 204, 203, 202, 200, 199, 198, 197, 196, 194, 193, 192, 191,
    190, 189, 188, 187, 186, 185, 184, 183, 182, 361, 359, 357, 355, 353, 351, 350, 348, 346, 344, 342, 340, 339,
    337, 335, 334, 332, 330, 329, 327, 325, 324, 322, 320, 319, 317, 316, 314, 313, 311, 310, 308, 307, 306, 304,
    303, 301, 300, 299, 297, 296, 295, 293, 292, 291, 289, 288, 287, 286, 284, 283, 282, 281, 279, 278, 277, 276,
    275, 274, 272, 271, 270, 269, 268, 267, 266, 265, 264, 263, 262, 261, 260, 259, 258, 256};

/* -log c for each cell. */
static const ni_dd minus_log_factor[CELLS] = {{0x0p+0, 0x0p+0},
                                              {0x1.82448a388a2aap-7, 0x1.04b16137f09ap-62},
                                              {0x1.432a925980cc1p-6, -0x1.8cdaf39004192p-60},
                                              {0x1.c63d2ec14aaf2p-6, -0x1.ce030a686bd86p-60},
                                              {0x1.252f32f8d183fp-5, -0x1.947f792615916p-59},
                                              {0x1.67c94f2d4bb58p-5, 0x1.0413e6505e603p-59},
                                              {0x1.894aa149fb343p-5, 0x1.a8be97660a23dp-60},
                                              {0x1.ccb73cdddb2ccp-5, -0x1.e48fb0500efd4p-59},
                                              {0x1.08598b59e3a07p-4, -0x1.dd7009902bf32p-58},
                                              {0x1.2aa04a44717a5p-4, -0x1.d15d38d2fa3f7p-58},
                                              {0x1.3bdf5a7d1ee64p-4, 0x1.7a976d3b5b45fp-59},
                                              {0x1.5e95a4d9791cbp-4, 0x1.f38745c5c450ap-58},
                                              {0x1.8197e2f40e3fp-4, 0x1.b9f2dffbeed43p-60},
                                              {0x1.9335e5d594989p-4, -0x1.478a85704ccb7p-58},
                                              {0x1.b6ac88dad5b1cp-4, -0x1.0057eed1ca59fp-59},
                                              {0x1.da727638446a2p-4, 0x1.401fa71733019p-58},
                                              {0x1.ec739830a112p-4, -0x1.a2bf991780d3fp-59},
                                              {0x1.08598b59e3a07p-3, -0x1.dd7009902bf32p-57},
                                              {0x1.1178e8227e47cp-3, -0x1.0e63a5f01c691p-58},
                                              {0x1.23d712a49c202p-3, -0x1.6e38161051d69p-57},
                                              {0x1.2d1610c86813ap-3, -0x1.499a3f25af95fp-58},
                                              {0x1.3fb45a59928ccp-3, -0x1.d87e6a354d056p-57},
                                              {0x1.4913d8333b561p-3, -0x1.0d5604930f135p-58},
                                              {0x1.5bf406b543db2p-3, -0x1.1f5b44c0df7e7p-61},
                                              {0x1.6574ebe8c133ap-3, -0x1.d34f0f4621bedp-60},
                                              {0x1.7898d85444c73p-3, 0x1.ef8f6ebcfb201p-58},
                                              {0x1.823c16551a3c2p-3, -0x1.1232ce70be781p-57},
                                              {0x1.8beafeb38fe8cp-3, 0x1.55aa8b6997a4p-58},
                                              {0x1.9f6c407089664p-3, 0x1.35a19605e67efp-59},
                                              {0x1.a93ed3c8ad9e3p-3, 0x1.bcafa9de97203p-57},
                                              {0x1.b31d8575bce3dp-3, -0x1.6353ab386a94dp-57},
                                              {0x1.c6ffbc6f00f71p-3, -0x1.8e58b2c57a4a5p-57},
                                              {0x1.d1037f2655e7bp-3, 0x1.60629242471a2p-57},
                                              {0x1.db13db0d4894p-3, 0x1.aa11d49f96cb9p-58},
                                              {0x1.e530effe71012p-3, 0x1.2276041f43042p-59},
                                              {0x1.f991c6cb3b379p-3, 0x1.f665066f980a2p-57},
                                              {0x1.01eae5626c691p-2, -0x1.18290bd2932e2p-59},
                                              {0x1.07138604d5862p-2, 0x1.cdb16ed4e9138p-56},
                                              {0x1.0c42d676162e3p-2, 0x1.162c79d5d11eep-58},
                                              {0x1.1178e8227e47cp-2, -0x1.0e63a5f01c691p-57},
                                              {0x1.1bf99635a6b95p-2, -0x1.12aeb84249223p-57},
                                              {0x1.214456d0eb8d4p-2, 0x1.f7ae91aeba60ap-57},
                                              {0x1.269621134db92p-2, 0x1.e0efadd9db02bp-56},
                                              {0x1.2bef07cdc9354p-2, -0x1.82dad7fd86088p-56},
                                              {0x1.314f1e1d35ce4p-2, -0x1.3d69909e5c3dcp-56},
                                              {0x1.36b6776be1117p-2, -0x1.324f0e883858ep-58},
                                              {0x1.3c25277333184p-2, -0x1.2ad27e50a8ec6p-56},
                                              {0x1.419b423d5e8c7p-2, 0x1.0dbb243827392p-57},
                                              {0x1.4718dc271c41bp-2, 0x1.8fb4c14c56eefp-60},
                                              {0x1.4c9e09e172c3cp-2, -0x1.123615b147a5dp-58},
                                              {0x1.522ae0738a3d8p-2, -0x1.8f7e9b38a6979p-57},
                                              {0x1.57bf753c8d1fbp-2, -0x1.0908d15f88b63p-57},
                                              {0x1.5d5bddf595f3p-2, -0x1.6541148cbb8a2p-56},
                                              {-0x1.5ff3070a793d4p-2, 0x1.bc60efafc6f6ep-57},
                                              {-0x1.5a42ab0f4cfe2p-2, 0x1.8ebcb7dee9a3dp-56},
                                              {-0x1.548a2c3add263p-2, 0x1.819cf7e308ddbp-57},
                                              {-0x1.4ec973260026ap-2, 0x1.42a87d977dc5ep-56},
                                              {-0x1.49006804009d1p-2, 0x1.9ffc341f177dcp-57},
                                              {-0x1.432ef2a04e814p-2, 0x1.29931715ac903p-56},
                                              {-0x1.404308686a7e4p-2, 0x1.0bcfb6082ce6dp-56},
                                              {-0x1.3a64c556945eap-2, 0x1.c68651945f97cp-57},
                                              {-0x1.347dd9a987d55p-2, 0x1.4dd4c580919f8p-57},
                                              {-0x1.2e8e2bae11d31p-2, 0x1.8f4cdb95ebdf9p-56},
                                              {-0x1.2895a13de86a3p-2, -0x1.7ad24c13f040ep-56},
                                              {-0x1.22941fbcf7966p-2, 0x1.76f5eb09628afp-56},
                                              {-0x1.1f8ff9e48a2f3p-2, 0x1.c9fdf9a0c4b07p-56},
                                              {-0x1.1980d2dd4236fp-2, -0x1.9d3d1b0e4d147p-56},
                                              {-0x1.136870293a8bp-2, -0x1.7b66298edd24ap-56},
                                              {-0x1.1058bf9ae4ad5p-2, -0x1.89fa0ab4cb31dp-58},
                                              {-0x1.0a324e27390e3p-2, -0x1.7dcfde8061c03p-56},
                                              {-0x1.0402594b4d041p-2, 0x1.28ec217a5022dp-57},
                                              {-0x1.00e6c45ad501dp-2, 0x1.cb9568ff6feadp-57},
                                              {-0x1.f550a564b7b37p-3, -0x1.c5f6dfd018c37p-61},
                                              {-0x1.e8c0252aa5a6p-3, 0x1.6e03a39bfc89bp-59},
                                              {-0x1.e27076e2af2e6p-3, 0x1.61578001e0162p-59},
                                              {-0x1.d5c216b4fbb91p-3, -0x1.6e443597e4d4p-57},
                                              {-0x1.c8ff7c79a9a22p-3, 0x1.4f689f8434012p-57},
                                              {-0x1.c2968558c18c1p-3, 0x1.73dee38a3fb6bp-57},
                                              {-0x1.b5b519e8fb5a4p-3, -0x1.ba27fdc19e1ap-57},
                                              {-0x1.af3c94e80bff3p-3, 0x1.398cff3641985p-58},
                                              {-0x1.a23bc1fe2b563p-3, -0x1.93711b07a998cp-59},
                                              {-0x1.9bb362e7dfb83p-3, -0x1.575e31f003e0cp-57},
                                              {-0x1.8e928de886d41p-3, 0x1.569d851a5677p-57},
                                              {-0x1.87fa06520c911p-3, 0x1.bf7fdbfa08d9ap-57},
                                              {-0x1.7ab890210d909p-3, -0x1.be36b2d6a0608p-59},
                                              {-0x1.740f8f54037a5p-3, 0x1.b264062a84cdbp-58},
                                              {-0x1.6d60fe719d21dp-3, 0x1.caae268ecd179p-57},
                                              {-0x1.5ff3070a793d4p-3, 0x1.bc60efafc6f6ep-58},
                                              {-0x1.59338d9982086p-3, 0x1.65d22aa8ad7cfp-58},
                                              {-0x1.4ba36f39a55e5p-3, -0x1.68981bcc36756p-57},
                                              {-0x1.44d2b6ccb7d1ep-3, -0x1.9f4f6543e1f88p-57},
                                              {-0x1.3dfc2b0ecc62ap-3, 0x1.ab3a8e7d81017p-58},
                                              {-0x1.303d718e47fd3p-3, 0x1.6b9c7d96091fap-63},
                                              {-0x1.29552f81ff523p-3, -0x1.301771c407dbfp-57},
                                              {-0x1.2266f190a5acbp-3, -0x1.f547bf1809e88p-57},
                                              {-0x1.14785846742acp-3, -0x1.a28813e3a7f07p-57},
                                              {-0x1.0d77e7cd08e59p-3, -0x1.9a5dc5e9030acp-57},
                                              {-0x1.0671512ca596ep-3, -0x1.50c647eb86499p-58},
                                              {-0x1.f0a30c01162a6p-4, -0x1.85f325c5bbacdp-58},
                                              {-0x1.e27076e2af2e6p-4, 0x1.61578001e0162p-60},
                                              {-0x1.d4313d66cb35dp-4, -0x1.790dd951d90fap-58},
                                              {-0x1.c5e548f5bc743p-4, -0x1.5d617ef8161b1p-60},
                                              {-0x1.a926d3a4ad563p-4, -0x1.942f48aa70ea9p-58},
                                              {-0x1.9ab42462033adp-4, 0x1.2099e1c184e8ep-59},
                                              {-0x1.8c345d6319b21p-4, 0x1.4a697ab3424a9p-61},
                                              {-0x1.7da766d7b12cdp-4, 0x1.eeedfcdd94131p-58},
                                              {-0x1.60658a93750c4p-4, 0x1.388458ec21b6ap-58},
                                              {-0x1.51b073f06183fp-4, -0x1.a49e39a1a8be4p-58},
                                              {-0x1.42edcbea646fp-4, -0x1.ddd4f935996c9p-59},
                                              {-0x1.341d7961bd1d1p-4, 0x1.b599f227becbbp-58},
                                              {-0x1.253f62f0a1417p-4, 0x1.c125963fc4cfdp-62},
                                              {-0x1.16536eea37ae1p-4, 0x1.79da3e8c22cdap-60},
                                              {-0x1.f0a30c01162a6p-5, -0x1.85f325c5bbacdp-59},
                                              {-0x1.d276b8adb0b52p-5, -0x1.1e3c53257fd47p-61},
                                              {-0x1.b42dd711971bfp-5, 0x1.eb9759c130499p-60},
                                              {-0x1.95c830ec8e3ebp-5, -0x1.f5a0e80520bf2p-59},
                                              {-0x1.77458f632dcfcp-5, -0x1.18d3ca87b9296p-59},
                                              {-0x1.58a5bafc8e4d5p-5, 0x1.ce55c2b4e2b72p-59},
                                              {-0x1.39e87b9febd6p-5, 0x1.5bfa937f551bbp-59},
                                              {-0x1.1b0d98923d98p-5, 0x1.e9ae889bac481p-60},
                                              {-0x1.f829b0e7833p-6, -0x1.33e3f04f1ef23p-60},
                                              {-0x1.b9fc027af9198p-6, 0x1.0ae69229dc868p-64},
                                              {-0x1.7b91b07d5b11bp-6, 0x1.5b602ace3a51p-60},
                                              {-0x1.3cea44346a575p-6, 0x1.0cb5a902b3a1cp-62},
                                              {-0x1.fc0a8b0fc03e4p-7, 0x1.83092c59642a1p-62},
                                              {-0x1.7dc475f810a77p-7, 0x1.16d7687d3df21p-62},
                                              {-0x1.fe02a6b106789p-8, 0x1.e44b7e3711ebfp-67},
                                              {0x0p+0, 0x0p+0}};

/* 2^(j/128). */
static const ni_dd power_of_two[CELLS] = {{0x1p+0, 0x0p+0},
                                          {0x1.0163da9fb3335p+0, 0x1.b61299ab8cdb7p-54},
                                          {0x1.02c9a3e778061p+0, -0x1.19083535b085dp-56},
                                          {0x1.04315e86e7f85p+0, -0x1.0a31c1977c96ep-54},
                                          {0x1.059b0d3158574p+0, 0x1.d73e2a475b465p-55},
                                          {0x1.0706b29ddf6dep+0, -0x1.c91dfe2b13c27p-55},
                                          {0x1.0874518759bc8p+0, 0x1.186be4bb284ffp-57},
                                          {0x1.09e3ecac6f383p+0, 0x1.1487818316136p-54},
                                          {0x1.0b5586cf9890fp+0, 0x1.8a62e4adc610bp-54},
                                          {0x1.0cc922b7247f7p+0, 0x1.01edc16e24f71p-54},
                                          {0x1.0e3ec32d3d1a2p+0, 0x1.03a1727c57b53p-59},
                                          {0x1.0fb66affed31bp+0, -0x1.b9bedc44ebd7bp-57},
                                          {0x1.11301d0125b51p+0, -0x1.6c51039449b3ap-54},
                                          {0x1.12abdc06c31ccp+0, -0x1.1b514b36ca5c7p-58},
                                          {0x1.1429aaea92dep+0, -0x1.32fbf9af1369ep-54},
                                          {0x1.15a98c8a58e51p+0, 0x1.2406ab9eeab0ap-55},
                                          {0x1.172b83c7d517bp+0, -0x1.19041b9d78a76p-55},
                                          {0x1.18af9388c8deap+0, -0x1.11023d1970f6cp-54},
                                          {0x1.1a35beb6fcb75p+0, 0x1.e5b4c7b4968e4p-55},
                                          {0x1.1bbe084045cd4p+0, -0x1.95386352ef607p-54},
                                          {0x1.1d4873168b9aap+0, 0x1.e016e00a2643cp-54},
                                          {0x1.1ed5022fcd91dp+0, -0x1.1df98027bb78cp-54},
                                          {0x1.2063b88628cd6p+0, 0x1.dc775814a8495p-55},
                                          {0x1.21f49917ddc96p+0, 0x1.2a97e9494a5eep-55},
                                          {0x1.2387a6e756238p+0, 0x1.9b07eb6c70573p-54},
                                          {0x1.251ce4fb2a63fp+0, 0x1.ac155bef4f4a4p-55},
                                          {0x1.26b4565e27cddp+0, 0x1.2bd339940e9d9p-55},
                                          {0x1.284dfe1f56381p+0, -0x1.a4c3a8c3f0d7ep-54},
                                          {0x1.29e9df51fdee1p+0, 0x1.612e8afad1255p-55},
                                          {0x1.2b87fd0dad99p+0, -0x1.10adcd6381aa4p-59},
                                          {0x1.2d285a6e4030bp+0, 0x1.0024754db41d5p-54},
                                          {0x1.2ecafa93e2f56p+0, 0x1.1ca0f45d52383p-56},
                                          {0x1.306fe0a31b715p+0, 0x1.6f46ad23182e4p-55},
                                          {0x1.32170fc4cd831p+0, 0x1.a9ce78e18047cp-55},
                                          {0x1.33c08b26416ffp+0, 0x1.32721843659a6p-54},
                                          {0x1.356c55f929ff1p+0, -0x1.b5cee5c4e4628p-55},
                                          {0x1.371a7373aa9cbp+0, -0x1.63aeabf42eae2p-54},
                                          {0x1.38cae6d05d866p+0, -0x1.e958d3c9904bdp-54},
                                          {0x1.3a7db34e59ff7p+0, -0x1.5e436d661f5e3p-56},
                                          {0x1.3c32dc313a8e5p+0, -0x1.efff8375d29c3p-54},
                                          {0x1.3dea64c123422p+0, 0x1.ada0911f09ebcp-55},
                                          {0x1.3fa4504ac801cp+0, -0x1.7d023f956f9f3p-54},
                                          {0x1.4160a21f72e2ap+0, -0x1.ef3691c309278p-58},
                                          {0x1.431f5d950a897p+0, -0x1.1c7dde35f7999p-55},
                                          {0x1.44e086061892dp+0, 0x1.89b7a04ef80dp-59},
                                          {0x1.46a41ed1d0057p+0, 0x1.c944bd1648a76p-54},
                                          {0x1.486a2b5c13cdp+0, 0x1.3c1a3b69062fp-56},
                                          {0x1.4a32af0d7d3dep+0, 0x1.9cb62f3d1be56p-54},
                                          {0x1.4bfdad5362a27p+0, 0x1.d4397afec42e2p-56},
                                          {0x1.4dcb299fddd0dp+0, 0x1.8ecdbbc6a7833p-54},
                                          {0x1.4f9b2769d2ca7p+0, -0x1.4b309d25957e3p-54},
                                          {0x1.516daa2cf6642p+0, -0x1.f768569bd93efp-55},
                                          {0x1.5342b569d4f82p+0, -0x1.07abe1db13cadp-55},
                                          {0x1.551a4ca5d920fp+0, -0x1.d689cefede59bp-55},
                                          {0x1.56f4736b527dap+0, 0x1.9bb2c011d93adp-54},
                                          {0x1.58d12d497c7fdp+0, 0x1.295e15b9a1de8p-55},
                                          {0x1.5ab07dd485429p+0, 0x1.6324c054647adp-54},
                                          {0x1.5c9268a5946b7p+0, 0x1.c4b1b816986a2p-60},
                                          {0x1.5e76f15ad2148p+0, 0x1.ba6f93080e65ep-54},
                                          {0x1.605e1b976dc09p+0, -0x1.3e2429b56de47p-54},
                                          {0x1.6247eb03a5585p+0, -0x1.383c17e40b497p-54},
                                          {0x1.6434634ccc32p+0, -0x1.c483c759d8933p-55},
                                          {0x1.6623882552225p+0, -0x1.bb60987591c34p-54},
                                          {0x1.68155d44ca973p+0, 0x1.038ae44f73e65p-57},
                                          {0x1.6a09e667f3bcdp+0, -0x1.bdd3413b26456p-54},
                                          {0x1.6c012750bdabfp+0, -0x1.2895667ff0b0dp-56},
                                          {0x1.6dfb23c651a2fp+0, -0x1.bbe3a683c88abp-57},
                                          {0x1.6ff7df9519484p+0, -0x1.83c0f25860ef6p-55},
                                          {0x1.71f75e8ec5f74p+0, -0x1.16e4786887a99p-55},
                                          {0x1.73f9a48a58174p+0, -0x1.0a8d96c65d53cp-54},
                                          {0x1.75feb564267c9p+0, -0x1.0245957316dd3p-54},
                                          {0x1.780694fde5d3fp+0, 0x1.866b80a02162dp-54},
                                          {0x1.7a11473eb0187p+0, -0x1.41577ee04992fp-55},
                                          {0x1.7c1ed0130c132p+0, 0x1.f124cd1164dd6p-54},
                                          {0x1.7e2f336cf4e62p+0, 0x1.05d02ba15797ep-56},
                                          {0x1.80427543e1a12p+0, -0x1.27c86626d972bp-54},
                                          {0x1.82589994cce13p+0, -0x1.d4c1dd41532d8p-54},
                                          {0x1.8471a4623c7adp+0, -0x1.8d684a341cdfbp-55},
                                          {0x1.868d99b4492edp+0, -0x1.fc6f89bd4f6bap-54},
                                          {0x1.88ac7d98a6699p+0, 0x1.994c2f37cb53ap-54},
                                          {0x1.8ace5422aa0dbp+0, 0x1.6e9f156864b27p-54},
                                          {0x1.8cf3216b5448cp+0, -0x1.0d55e32e9e3aap-56},
                                          {0x1.8f1ae99157736p+0, 0x1.5cc13a2e3976cp-55},
                                          {0x1.9145b0b91ffc6p+0, -0x1.dd6792e582524p-54},
                                          {0x1.93737b0cdc5e5p+0, -0x1.75fc781b57ebcp-57},
                                          {0x1.95a44cbc8520fp+0, -0x1.64b7c96a5f039p-56},
                                          {0x1.97d829fde4e5p+0, -0x1.d185b7c1b85d1p-54},
                                          {0x1.9a0f170ca07bap+0, -0x1.173bd91cee632p-54},
                                          {0x1.9c49182a3f09p+0, 0x1.c7c46b071f2bep-56},
                                          {0x1.9e86319e32323p+0, 0x1.824ca78e64c6ep-56},
                                          {0x1.a0c667b5de565p+0, -0x1.359495d1cd533p-54},
                                          {0x1.a309bec4a2d33p+0, 0x1.6305c7ddc36abp-54},
                                          {0x1.a5503b23e255dp+0, -0x1.d2f6edb8d41e1p-54},
                                          {0x1.a799e1330b358p+0, 0x1.bcb7ecac563c7p-54},
                                          {0x1.a9e6b5579fdbfp+0, 0x1.0fac90ef7fd31p-54},
                                          {0x1.ac36bbfd3f37ap+0, -0x1.f9234cae76cdp-55},
                                          {0x1.ae89f995ad3adp+0, 0x1.7a1cd345dcc81p-54},
                                          {0x1.b0e07298db666p+0, -0x1.bdef54c80e425p-54},
                                          {0x1.b33a2b84f15fbp+0, -0x1.2805e3084d708p-57},
                                          {0x1.b59728de5593ap+0, -0x1.c71dfbbba6de3p-54},
                                          {0x1.b7f76f2fb5e47p+0, -0x1.5584f7e54ac3bp-56},
                                          {0x1.ba5b030a1064ap+0, -0x1.efcd30e54292ep-54},
                                          {0x1.bcc1e904bc1d2p+0, 0x1.23dd07a2d9e84p-55},
                                          {0x1.bf2c25bd71e09p+0, -0x1.efdca3f6b9c73p-54},
                                          {0x1.c199bdd85529cp+0, 0x1.11065895048ddp-55},
                                          {0x1.c40ab5fffd07ap+0, 0x1.b4537e083c60ap-54},
                                          {0x1.c67f12e57d14bp+0, 0x1.2884dff483cadp-54},
                                          {0x1.c8f6d9406e7b5p+0, 0x1.1acbc48805c44p-56},
                                          {0x1.cb720dcef9069p+0, 0x1.503cbd1e949dbp-56},
                                          {0x1.cdf0b555dc3fap+0, -0x1.dd83b53829d72p-55},
                                          {0x1.d072d4a07897cp+0, -0x1.cbc3743797a9cp-54},
                                          {0x1.d2f87080d89f2p+0, -0x1.d487b719d8578p-54},
                                          {0x1.d5818dcfba487p+0, 0x1.2ed02d75b3707p-55},
                                          {0x1.d80e316c98398p+0, -0x1.11ec18beddfe8p-54},
                                          {0x1.da9e603db3285p+0, 0x1.c2300696db532p-54},
                                          {0x1.dd321f301b46p+0, 0x1.2da5778f018c3p-54},
                                          {0x1.dfc97337b9b5fp+0, -0x1.1a5cd4f184b5cp-54},
                                          {0x1.e264614f5a129p+0, -0x1.7b627817a1496p-54},
                                          {0x1.e502ee78b3ff6p+0, 0x1.39e8980a9cc8fp-55},
                                          {0x1.e7a51fbc74c83p+0, 0x1.2d522ca0c8de2p-54},
                                          {0x1.ea4afa2a490dap+0, -0x1.e9c23179c2893p-54},
                                          {0x1.ecf482d8e67f1p+0, -0x1.c93f3b411ad8cp-54},
                                          {0x1.efa1bee615a27p+0, 0x1.dc7f486a4b6bp-54},
                                          {0x1.f252b376bba97p+0, 0x1.3a1a5bf0d8e43p-54},
                                          {0x1.f50765b6e454p+0, 0x1.9d3e12dd8a18bp-54},
                                          {0x1.f7bfdad9cbe14p+0, -0x1.dbb12d006350ap-54},
                                          {0x1.fa7c1819e90d8p+0, 0x1.74853f3a5931ep-55},
                                          {0x1.fd3c22b8f71f1p+0, 0x1.2eb74966579e7p-57}};

static double infinity_value(void) {
  return ni_double_from_bits(0x7ff0000000000000u);
}

static double magnitude_of(double x) {
  return ni_double_from_bits(ni_double_bits(x) & 0x7fffffffffffffffu);
}

/* 2^n for -1022 <= n <= 1023. */
static double exact_power(int n) {
  return ni_double_from_bits((uint64_t)(n + 1023) << 52);
}

/* x * 2^n in two steps, for |n| <= 2000; exact where the result is a normal number. */
static double scale(double x, int n) {
  const int half = n / 2;
  return x * exact_power(half) * exact_power(n - half);
}

/* 2 atanh(s), s = r / (2 + r): log(1 + r) for |r| <= 2^-7. */
static ni_dd log_near_one(ni_dd r) {
  const ni_dd s = ni_dd_div(r, ni_dd_add_d(r, 2.0));
  const ni_dd z = ni_dd_mul(s, s);
  const double y = z.hi;
  const double tail = 1.0 / 7 + y * (1.0 / 9 + y * (1.0 / 11 + y * (1.0 / 13 + y * (1.0 / 15))));
  const ni_dd inner = ni_dd_add(one_fifth, ni_dd_mul_d(z, tail));
  const ni_dd series = ni_dd_mul(z, ni_dd_add(one_third, ni_dd_mul(z, inner)));
  const ni_dd twice = ni_dd_make(2 * s.hi, 2 * s.lo);
  return ni_dd_add(twice, ni_dd_mul(twice, series));
}

/* The logarithm of a pair whose hi is positive and finite. */
static ni_dd log_of_positive(ni_dd x) {
  int exponent = 0;
  if (x.hi < 0x1p-1022) {
    x = ni_dd_make(x.hi * 0x1p54, x.lo * 0x1p54);
    exponent = -54;
  }
  const uint64_t bits = ni_double_bits(x.hi);
  const int cell = (int)((bits >> 45) & (CELLS - 1));
  const int halved = cell >= FIRST_HALVED;
  const int shift = (int)(bits >> 52) - 1023 + halved;
  const double factor = log_factor[cell] / 256;
  const double hi = scale(x.hi, -shift);
  const double lo = scale(x.lo, -shift);
  const ni_dd product = ni_dd_two_product(hi, factor);
  const ni_dd r = ni_dd_add_d(ni_dd_two_sum(product.hi - 1, product.lo), lo * factor);
  const ni_dd of_m = ni_dd_add(minus_log_factor[cell], log_near_one(r));
  return ni_dd_add(ni_dd_mul_d(log_2, shift + exponent), of_m);
}

/* The same for a normal x with an absolute error below 2^-65: the series in plain doubles from the second term on,
 * which is below 2^-15. An integer below 2^52 becomes a double by its bits. */
static inline ni_dd log_near(double x) {
  const uint64_t bits = ni_double_bits(x);
  const uint64_t cell = (bits >> 45) & (CELLS - 1);
  const uint64_t halved = (cell + (CELLS - FIRST_HALVED)) >> 7; /* 1 from FIRST_HALVED on */
  const double shift = ni_double_from_bits(((bits >> 52) + halved) | 0x4330000000000000u) - (0x1p52 + 1023);
  const double m = ni_double_from_bits((bits & 0xfffffffffffffu) | ((1023 - halved) << 52));
  const ni_dd product = ni_dd_two_product(m, log_factor[cell] * 0x1p-8);
  const ni_dd r = ni_dd_quick_two_sum(product.hi - 1, product.lo);
  const double y = r.hi;
  const double tail =
      1.0 / 3 - y * (1.0 / 4 - y * (1.0 / 5 - y * (1.0 / 6 - y * (1.0 / 7 - y * (1.0 / 8 - y * (1.0 / 9))))));
  const double rest = y * y * (y * tail - 0.5) + r.lo;
  const ni_dd of_shift = ni_dd_two_product(shift, log_2.hi);
  const ni_dd whole = ni_dd_two_sum(of_shift.hi, minus_log_factor[cell].hi);
  const double whole_rest = of_shift.lo + shift * log_2.lo + minus_log_factor[cell].lo;
  const ni_dd sum = ni_dd_two_sum(whole.hi, y);
  return ni_dd_quick_two_sum(sum.hi, sum.lo + (whole.lo + (whole_rest + rest)));
}

/* exp x = value * 2^n with value in [0.99, 2.01]. */
typedef struct {
  ni_dd value;
  int n;
} scaled_exp;

/* For |x| < 1000. log(2) / 128 is taken off in three parts, of which the first two have 32 bits, so that their products
 * with k are exact. */
static scaled_exp exp_reduced(ni_dd x) {
  const double t = x.hi * 0x1.71547652b82fep+7;
  const int k = (int)(t + (t < 0 ? -0.5 : 0.5));
  const int j = (int)((unsigned)k % CELLS);
  const ni_dd near_zero = ni_dd_two_sum(x.hi - k * 0x1.62e42feep-8, -(k * 0x1.a39ef356p-40));
  const ni_dd r = ni_dd_add(near_zero, ni_dd_two_sum(x.lo, -(k * 0x1.93c7673007e5fp-72)));
  const double y = r.hi;
  const double tail =
      1.0 / 120 +
      y * (1.0 / 720 +
           y * (1.0 / 5040 + y * (1.0 / 40320 + y * (1.0 / 362880 + y * (1.0 / 3628800 + y * (1.0 / 39916800))))));
  const ni_dd third = ni_dd_add(one_sixth, ni_dd_mul(r, ni_dd_add(one_24th, ni_dd_mul_d(r, tail))));
  const ni_dd second = ni_dd_add_d(ni_dd_mul(r, third), 0.5);
  const ni_dd grown = ni_dd_add(r, ni_dd_mul(ni_dd_mul(r, r), second));
  scaled_exp result;
  result.value = ni_dd_add(power_of_two[j], ni_dd_mul(power_of_two[j], grown));
  result.n = (k - j) / CELLS;
  return result;
}

/* exp of a pair below 650 in magnitude, with a relative error below 2^-66: as above, the series in plain doubles from
 * the second term on. k, within 2^17, is rounded by adding 1.5 * 2^52, and is then in the low bits. */
static inline ni_dd exp_near(double hi, double lo) {
  const double shifted = hi * 0x1.71547652b82fep+7 + 0x1.8p52;
  const uint64_t bits = ni_double_bits(shifted);
  const double k = shifted - 0x1.8p52;
  const uint64_t j = bits & (CELLS - 1);
  const double power = ni_double_from_bits((((bits - j) >> 7) + 1023) << 52);
  const ni_dd near_zero = ni_dd_two_sum(hi - k * 0x1.62e42feep-8, -(k * 0x1.a39ef356p-40));
  const double r = near_zero.hi;
  const double r_lo = near_zero.lo + (lo - k * 0x1.93c7673007e5fp-72);
  const double tail = 1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720 + r * (1.0 / 5040))));
  const double rest = r * r * (0.5 + r * tail) + r_lo * (1 + r * (1 + 0.5 * r));
  const ni_dd grown = ni_dd_two_product(power_of_two[j].hi, r);
  const ni_dd sum = ni_dd_quick_two_sum(power_of_two[j].hi, grown.hi);
  const double small = sum.lo + (grown.lo + (power_of_two[j].lo * (1 + r) + power_of_two[j].hi * rest));
  const ni_dd value = ni_dd_quick_two_sum(sum.hi, small);
  return ni_dd_make(value.hi * power, value.lo * power);
}

/* The value rounded once, also where it is subnormal: there by integers, in units of 2^-53 first. */
static double round_scaled(scaled_exp e) {
  if (e.n >= -1021) {
    return scale(ni_dd_value(e.value), e.n);
  }
  const uint64_t units = (uint64_t)(e.value.hi * 0x1p53);
  const int dropped = 53 - 1074 - e.n; /* bits, from 1 to 56 */
  const uint64_t half = (uint64_t)1 << (dropped - 1);
  const uint64_t rest = units & (2 * half - 1);
  const uint64_t kept = units >> dropped;
  const int up = rest > half || (rest == half && (e.value.lo > 0 || (e.value.lo == 0 && (kept & 1))));
  return ni_double_from_bits(kept + (uint64_t)up);
}

/* Where x^y is a double, or in the middle of two, the computed pair misses it by its small error only: put it there, so
 * that exact powers and ties round as they should. What else is so near a middle goes to the even neighbour, which is
 * off by 2^-35 ulp more than the other at the most. */
static ni_dd snap(ni_dd v) {
  const double half_ulp = v.hi < 1 ? 0x1p-54 : 0x1p-53;
  const double distance = magnitude_of(v.lo);
  if (distance < 0x1p-88) {
    v.lo = 0;
  } else if (magnitude_of(distance - half_ulp) < 0x1p-88) {
    v.lo = v.lo < 0 ? -half_ulp : half_ulp;
  }
  return v;
}

/* x^y for finite x > 0 and finite y. */
static double power_of_positive(double x, double y) {
  const ni_dd logarithm = log_of_positive(ni_dd_from(x));
  const double size = logarithm.hi * y;
  if (size > 710) {
    return infinity_value();
  }
  if (size < -746) {
    return 0.0;
  }
  if (magnitude_of(size) < 0x1p-55) {
    return 1.0;
  }
  scaled_exp e = exp_reduced(ni_dd_mul_d(logarithm, y));
  e.value = snap(e.value);
  return round_scaled(e);
}

static int is_integer(double y) {
  return magnitude_of(y) >= 0x1p53 || (double)(int64_t)y == y;
}

static int is_odd(double y) {
  return magnitude_of(y) < 0x1p53 && (double)(int64_t)y == y && ((int64_t)y & 1);
}

/* |x|^y where x is 0 or infinite, or y is infinite. */
static double power_at_limits(double size, double y) {
  if (size == 1) {
    return 1.0;
  }
  return (size > 1) == (y > 0) ? infinity_value() : 0.0;
}

/* The logarithm where x is not positive and finite. */
static double log_special(double x) {
  if (x == 0) {
    return -infinity_value();
  }
  return x > 0 ? x : ni_nan();
}

static int is_positive_finite(double x) {
  return x > 0 && ni_is_finite(x);
}

double ni_exp(double x) {
  return ni_dd_exp(ni_dd_from(x)).hi;
}

/* Quickly where that says which double is nearest: nearly always. */
double ni_log(double x) {
  if (x >= DBL_MIN && ni_is_finite(x)) {
    const ni_dd near = log_near(x);
    const double rounded = near.hi + (near.lo + 0x1p-64);
    if (rounded == near.hi + (near.lo - 0x1p-64)) {
      return rounded;
    }
  }
  return ni_dd_log(x).hi;
}

double ni_log1p(double x) {
  if (magnitude_of(x) < 0x1p-54) {
    return x;
  }
  if (!(x > -1) || !ni_is_finite(x)) {
    return x == -1 ? -infinity_value() : x > 0 ? x : ni_nan();
  }
  return log_of_positive(ni_dd_two_sum(1.0, x)).hi;
}

double ni_log2(double x) {
  return is_positive_finite(x) ? ni_dd_mul(ni_dd_log(x), inverse_log_2).hi : log_special(x);
}

double ni_log10(double x) {
  return is_positive_finite(x) ? ni_dd_mul(ni_dd_log(x), inverse_log_10).hi : log_special(x);
}

double ni_pow(double x, double y) {
  if (y == 0 || x == 1) {
    return 1.0;
  }
  if (ni_is_nan(x) || ni_is_nan(y)) {
    return ni_nan();
  }
  const double size = magnitude_of(x);
  if (x < 0 && ni_is_finite(x) && !is_integer(y)) {
    return ni_nan();
  }
  const int at_limits = size == 0 || !ni_is_finite(size) || !ni_is_finite(y);
  const double result = at_limits ? power_at_limits(size, y) : power_of_positive(size, y);
  return ni_double_bits(x) >> 63 && is_odd(y) ? -result : result;
}

ni_dd ni_dd_log(double x) {
  return ni_dd_log_dd(ni_dd_from(x));
}

NI_WIDE static void log_near_each_wide(double *hi, double *lo, const double *x, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    const ni_dd log = log_near(x[i]);
    hi[i] = log.hi;
    lo[i] = log.lo;
  }
}

NI_WIDE static void exp_near_each_wide(double *hi, double *lo, double factor, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    const ni_dd scaled = ni_dd_mul_d(ni_dd_make(hi[i], lo[i]), factor);
    const ni_dd power = exp_near(scaled.hi, scaled.lo);
    hi[i] = power.hi;
    lo[i] = power.lo;
  }
}

ni_dd ni_dd_log_dd(ni_dd x) {
  return is_positive_finite(x.hi) ? log_of_positive(x) : ni_dd_from(log_special(x.hi));
}

ni_dd ni_dd_exp(ni_dd x) {
  if (ni_is_nan(x.hi)) {
    return ni_dd_from(ni_nan());
  }
  if (x.hi > 710) {
    return ni_dd_from(infinity_value());
  }
  if (x.hi < -746) {
    return ni_dd_from(0.0);
  }
  const scaled_exp e = exp_reduced(x);
  const double hi = round_scaled(e);
  return ni_dd_make(hi, ni_is_finite(hi) && e.n >= -960 ? scale(e.value.lo, e.n) : 0.0);
}

ni_dd ni_dd_pow(ni_dd x, ni_dd y) {
  if (x.hi < 0 || ni_dd_is_nan(x) || ni_dd_is_nan(y)) {
    return ni_dd_from(ni_nan());
  }
  if (!is_positive_finite(x.hi) || !ni_is_finite(y.hi)) {
    return ni_dd_from(y.hi == 0 ? 1.0 : power_at_limits(x.hi, y.hi));
  }
  const ni_dd logarithm = log_of_positive(x);
  const double size = logarithm.hi * y.hi;
  if (size > 710 || size < -746) {
    return ni_dd_from(size > 0 ? infinity_value() : 0.0);
  }
  return ni_dd_exp(ni_dd_mul(logarithm, y));
}

/* ---- what other files call: wide functions are seen in this file only (base/platform.h) */

void ni_log_near_each(double *hi, double *lo, const double *x, int64_t n) {
  log_near_each_wide(hi, lo, x, n);
}

void ni_exp_near_each(double *hi, double *lo, double factor, int64_t n) {
  exp_near_each_wide(hi, lo, factor, n);
}
