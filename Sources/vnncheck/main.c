// vnncheck [--fast] NETWORK.safetensors PROBLEM.json CERTIFICATE: checks that a certificate proves its claim.
//
// `vnnlua help certificates` says what a certificate is and why a tree of passes is a proof. This program shares no
// code with what writes certificates, and believes nothing that they say: all arithmetic that a claim rests on is
// exact, in whole numbers times powers of two, and the numbers in a tree are only hints for choices of which each is
// valid. With --fast passes are done in Float64, with all that rounding may do added to them, and exactly where that is
// not enough; witnesses are checked exactly all the same.
//
// It prints `robust` or `adversarial`. Exit status: 0 proved, 1 refused, 2 a file cannot be read, 3 the proof rests on
// a part that is `trusted`.
#include "vnncheck.h"

bool is_fast;

int main(int count, char **arguments) {
  is_fast = count > 1 && strcmp(arguments[1], "--fast") == 0;
  if (is_fast) count--, arguments++;
  if (count != 4) {
    fputs("usage: vnncheck [--fast] NETWORK.safetensors PROBLEM.json CERTIFICATE\n", stderr);
    return unreadable;
  }
  start_numbers();
  const content network = read_content(arguments[1]);
  read_network(&network);
  const content problem = read_content(arguments[2]);
  read_problem(&problem);
  open_certificate(arguments[3]);
  expect_line("vnn-certificate", "1");
  expect_line("network", network.digest);
  expect_line("problem", problem.digest);
  if (!next_line()) stop(refused, "expected a claim, found the end");
  const char *word = next_word(true), *claim = next_word(false);
  if (strcmp(word, "claim") != 0 || !claim || next_word(false))
    stop(refused, "expected claim robust or claim adversarial");
  const bool is_robust = strcmp(claim, "robust") == 0;
  if (!is_robust && strcmp(claim, "adversarial") != 0) stop(refused, "expected claim robust or claim adversarial");
  bool is_proved = true;
  if (is_robust) is_proved = read_proof();
  else check_witness();
  if (next_line()) stop(refused, "expected the end, got %.40s", line);
  puts(is_robust ? "robust" : "adversarial");
  return is_proved ? proved : trusted;
}
