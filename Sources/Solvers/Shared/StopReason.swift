/// Why a solver was told to end before it had finished.
enum StopReason {
  case callback
  case interrupt
  case failure
  case timeLimit
  case nodeLimit
  case objectiveStop
  case boundStop
  case gap
}
