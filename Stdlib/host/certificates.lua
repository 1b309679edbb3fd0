--- The subject `certificates` of `vnn.host.help`: the form of a certificate.
return [[
A certificate proves a verdict to someone who does not trust vnnlua. It goes with two files, of the network and of the
problem, and the program vnncheck, about 1,500 lines of C that share no code with vnnlua, checks it in exact
arithmetic:

  vnnlua run decide --network n.safetensors --problem p.json --certificate p.cert.gz
  vnncheck n.safetensors p.json p.cert.gz       prints robust or adversarial

Its exit code is 0 where the claim is proved, 1 where the certificate is refused, with the line and the reason, 2
where a file cannot be read, and 3 where the proof rests on a part that is `trusted`. `vnncheck --fast …` works in
Float64 and adds to every sum what rounding may have done to it: twenty times as fast, with an argument about rounding
to be believed beside (it stands at the top of fast.c). `Scripts/check-evidence FOLDER` goes through every certificate
of a folder, such as one of a sweep with `--keep evidence`, which the experiments paper and compare-policies have and
any other has by certificate.keep. In a script: verify.branch_and_bound with `certificate = true`, verify.certify,
vnn.certificate and property.certify.

Whom this leaves to be believed: vnncheck, or any other reader of what follows; the compiler, and the libraries GMP,
zlib, YAJL and libmd; and that the two files state what you ask. Of a problem file these are the files that you gave. Of
an ONNX file and a VNN-LIB property they are FILE.network.safetensors and FILE.problem.json, written by vnnlua:
lowered.py in Tests/VerificationTests/Certificates compares what they state with the originals. checker.py there is a
second checker of everything else, 380 lines of Python with fractions, for small networks.

The question. The network is a safetensors file of numbers in F32 or F64: layers.K.weight [outputs, inputs] and
layers.K.bias from K = 0 on; the neurons of all layers but the last have a ReLU, or where layers.K.rectified is there,
those with a 1 in it, and the others are passed on. A sparse layer has its entries as weight [entries] and is what
SciPy's csr_matrix((weight, columns, starts)) makes of them, with `inputs` columns; a convolution has weight [filters,
channels / groups, taps …] and what PyTorch calls stride, padding and dilation, and `size` and `output`, the sizes of
one channel along each axis. Columns ascend in a row, and dilations begin at 1: no weight has its place twice. The
problem is the JSON file of verify.load_problem: is there an x in the region that meets all constraints, and for which
the output of the target, or of any other class without one, is larger than that of the class? (Of a network with one
output: an x for which it is above 0?) Or it is

  { "cases": [{ "lower": [...], "upper": [...],
               "conditions": [[{ "outputs": [...], "constant": 0.5 }, ...], ...] }, ...] }

Is there a case with an x from lower to upper, for which all inequalities outputs · y + constant >= 0 of one of its
conditions hold? A case may have `norm`, `input`, `epsilon` and `rows` as well, as a problem has them; then x has to be
in that ball too. A decimal number means the Float64 next to it; everything is about real numbers from there on.

The idea. Positions count from 1. Layer k makes z_k = W_k h_(k-1) + b_k of the outputs below, h_0 = x, and h_k =
relu(z_k), or z_k where a neuron is passed. A *pass* bounds a linear function c · z_n + e · x + f from above, over the
region and bounds l <= z <= u that hold there. Begin with v = W_n' c and the constant f + c · b_n. For k = n-1 … 1
take a number w for every neuron, any number at all. As

  v h <= w z + max { v relu(z) - w z : z in {l, 0, u}, l <= z <= u },

the function being linear on either side of 0, the function is at most the one whose constant has got these maxima and
w · b_k, and whose v is W_k' w. A passed neuron has w = v and no maximum, or any w and the larger of (v - w) l and (v
- w) u. In the end v + e is a function of the inputs, and its largest value over the region is known exactly: over a
box at a corner, over box and L1 ball by spending the budget where |v| is largest, and so on. So every w proves
something; good ones prove much. Backward bounds, their optimised slopes, the multipliers of splits and the duals of
linear programs are all choices of w.

A w that is not given is chosen by the checker: 0 where u <= 0, v where l >= 0, v u / (u - l) for other v > 0, and for
v <= 0 v where u > -l and 0 elsewhere. Since any w will do, nobody has to round as somebody else does, and a w that
was given may be rounded too. Bounds that are not known are infinite; a pass that needs those bounds nothing.

The file is text, gzipped or not. `#` begins a comment, empty lines say nothing, numbers are decimal or hexadecimal
floats (0x1.8p-3). The first lines are

  vnn-certificate 1
  network SHA256              of the file's bytes
  problem SHA256
  claim adversarial           or: claim robust

An adversarial claim is proved by one more line, `input X …`: a point that is in the region and meets the constraints
exactly, and at which the network is wrong exactly. A robust one has, for each case (or for the one region), the line
`region R`, then lines of bounds, and then for each rival class (or each condition of the case), in order,
`against T` and a tree in preorder. At a node of a tree the region's bounds hold, and those of the nodes above it, and
more are added by the lines

  layer K                     bounds every neuron of layer K that is undecided (l < 0 < u; of passed ones those without
                              bounds) by four passes: of z and of -z, with the checker's own w, and once more with
                              w = 0 for all ReLUs of layer K-1, which is interval arithmetic
  upper K I k:i=W …           bounds neuron I of layer K from above by a pass with these w
  lower K I k:i=W …           from below

A node ends with one of

  split z K I A               two nodes follow: z <= A for this neuron, and then z >= A
  split x I A                 the same of an input; only where the region is a box
  leaf k:i=W … a:i=W … c:i=W …
  trusted WORDS               not proved here, but by whom the words name: a solver and the file, beside the
                              certificate, of the MILP whose answer it is

A leaf is closed where some l > u, so that nothing is left, or where a pass is below 0: of the sum of A_i times what
is unwanted plus M_i times r_i - g_i · x - d_i · y, which constraint i leaves. What is unwanted is y_t - y_class > 0,
or every inequality of the condition. The A_i >= 0 are given by a:i, and 1 where there is one inequality and none is
given; the M_i >= 0 are given by c:i; all others are 0. If x were a counterexample in the node, no term of that sum
would be negative. With a:1=0 a leaf says that the constraints leave no x.

The two parts of a split cover its node, every tree is finished, every rival has one: nothing else has to be believed.
What follows the last tree is refused. All numbers in a tree are choices, and none of them can make a false claim
pass.]]