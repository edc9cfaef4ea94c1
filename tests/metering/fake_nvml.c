/* Two GPUs that exist only here: the first knows everything, the second neither its energy nor its load. */
#include <stdlib.h>
#include <string.h>

typedef struct { unsigned int gpu, memory; } util_t;
typedef struct { unsigned long long total, free, used; } mem_t;
typedef struct { unsigned int pid; unsigned long long memory; unsigned int gi, ci; } proc_t;

static int devices[2] = {0, 1};
static unsigned long long asked = 0;
static const int NOT_SUPPORTED = 3, INSUFFICIENT_SIZE = 7;

static int at(void *handle) { return *(int *)handle; }

int nvmlInit_v2(void) { return getenv("FAKE_NVML_FAILS") ? 999 : 0; }
int nvmlShutdown(void) { return 0; }
int nvmlDeviceGetCount_v2(unsigned int *count) {
  const char *wanted = getenv("FAKE_NVML_COUNT");
  *count = wanted ? (unsigned int)atoi(wanted) : 2;
  return 0;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **handle) {
  if (index > 1) return 2;
  *handle = &devices[index];
  return 0;
}
int nvmlDeviceGetName(void *handle, char *name, unsigned int length) {
  strncpy(name, at(handle) ? "Tesla K80" : "Tesla V100-SXM2-16GB", length);
  return 0;
}
int nvmlDeviceGetUtilizationRates(void *handle, util_t *out) {
  if (at(handle)) return NOT_SUPPORTED;
  out->gpu = 37; out->memory = 12;
  return 0;
}
int nvmlDeviceGetMemoryInfo(void *handle, mem_t *out) {
  out->total = 16ULL << 30; out->used = at(handle) ? 1ULL << 20 : 3ULL << 30; out->free = out->total - out->used;
  return 0;
}
int nvmlDeviceGetPowerUsage(void *handle, unsigned int *milliwatts) {
  *milliwatts = at(handle) ? 60000 : 250500;
  return 0;
}
/* 5 joules more at each question. */
int nvmlDeviceGetTotalEnergyConsumption(void *handle, unsigned long long *millijoules) {
  if (at(handle)) return NOT_SUPPORTED;
  *millijoules = 1000000ULL + 5000ULL * asked++;
  return 0;
}
/* 70 processes on the first GPU, more than one asks for at first; pid 100 on both. */
int nvmlDeviceGetComputeRunningProcesses_v3(void *handle, unsigned int *count, proc_t *out) {
  unsigned int here = at(handle) ? 1 : 70;
  if (*count < here) { *count = here; return INSUFFICIENT_SIZE; }
  for (unsigned int i = 0; i < here; i++) {
    out[i].pid = 100 + i;
    out[i].memory = i == 69 ? ~0ULL : 1000;
  }
  *count = here;
  return 0;
}
