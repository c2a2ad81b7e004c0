/* Reads the digits in digits.h with the exported network, on an emulated Cortex-M4 without an operating system. For
 * each digit, it prints a line with its class and the number of instructions; at the end, the bytes of stack used.
 *
 * With QEMU's option "-icount shift=0", one instruction takes one nanosecond of the machine's time. SysTick counts
 * at 25 MHz, so one tick is 40 instructions.
 */

/* The example program has the buffers. Its functions are not used here: they compute probabilities, for which they need
 * the math library, and look three times if the network does. */
#define main example_main
#include "example.c"
#undef main
#include "digits.h"

#define INSTRUCTIONS_A_TICK 40u
#define STACK_BYTES 16384u /* the part of the memory that is searched for the end of the stack */
#define UNUSED 0xa5a5a5a5u /* the value of all words that the stack has not reached */
#define SYSTICK ((volatile uint32_t *)0xe000e010u) /* control, reload value, current value */
#define SYSTICK_MASK 0xffffffu

extern uint32_t stack_end[];

/* Asks the emulator for a service (ARM semihosting). */
static void ask(uint32_t service, const void *argument) {
  register uint32_t r0 __asm__("r0") = service;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

static void print_number(uint32_t value, const char *after) {
  char text[12], *start = text + sizeof text - 1;
  *start = 0;
  do *--start = (char)('0' + value % 10); while (value /= 10);
  ask(4, start); /* SYS_WRITE0 */
  ask(4, after);
}

static uint32_t instructions_since(uint32_t start) {
  return ((start - SYSTICK[2]) & SYSTICK_MASK) * INSTRUCTIONS_A_TICK; /* SysTick counts down */
}

/* Fills `scores` with the score of each class, after one look at the image, and returns the class with the highest. */
static int read_once(const uint8_t *pixels, float *scores) {
  int32_t sums[ONEBIT_NUM_CLASSES];
  int best = 0;
  onebit_input(pixels, onebit_pixel_thresholds, ONEBIT_NUM_PIXEL_THRESHOLDS, buffers[0]);
  for (int i = 0; i < ONEBIT_NUM_LAYERS - 1; i++) onebit_layer_bits(&onebit_layers[i], buffers[i % 2], buffers[(i + 1) % 2]);
  onebit_layer_sums(&onebit_layers[ONEBIT_NUM_LAYERS - 1], buffers[(ONEBIT_NUM_LAYERS - 1) % 2], sums);
  for (int i = 0; i < ONEBIT_NUM_CLASSES; i++) {
    scores[i] = (float)sums[i] * onebit_scale[i] + onebit_offset[i];
    if (scores[i] > scores[best]) best = i;
  }
  return best;
}

static void read_digits(void) {
  float scores[ONEBIT_NUM_CLASSES];
  for (uint32_t i = 0; i < NUM_DIGITS; i++) {
    uint32_t start = SYSTICK[2];
    int class = read_once(digits[i], scores);
    uint32_t instructions = instructions_since(start);
    print_number((uint32_t)class, " ");
    print_number(instructions, "\n");
  }
}

static void run(void) {
  uint32_t *here = (uint32_t *)__builtin_frame_address(0) - 16, *lowest = stack_end - STACK_BYTES / 4, *low = lowest;
  /* The stack grows downwards from stack_end. Marks the words that it has not reached yet. */
  for (volatile uint32_t *word = lowest; word < here; word++) *word = UNUSED;
  SYSTICK[1] = SYSTICK_MASK;
  SYSTICK[2] = 0;
  SYSTICK[0] = 5; /* on, with the processor's clock */
  read_digits();
  while (low < stack_end && *low == UNUSED) low++;
  print_number((uint32_t)(stack_end - low) * 4, "\n");
  ask(0x18, (const void *)0x20026u); /* SYS_EXIT, the program has ended as it should */
}

void reset(void) {
  run();
  for (;;) { }
}

__attribute__((section(".vectors"), used)) static const void *const vectors[] = {stack_end, (const void *)reset};
