--- Second order with a diagonal Hessian. Y. LeCun, J. Denker, S. Solla, "Optimal Brain Damage", NIPS 1989, eq. 5.
--- Native, as its Hessian is.
return {
  name = "obd",
  description = "Optimal brain damage: half the curvature of the loss times the weight's square.",
  needs = "data",
}
