/// The files that hold tensors, told by the ends of their names.
enum TensorFormat {
  case numPy, numPyArchive, safeTensors
}
