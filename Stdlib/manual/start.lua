--- What the manual begins with.
local system = require "vnn.system"

return [[
<p>vnnlua finds inputs that fool a dense ReLU network, or proves that there are none: it solves a mixed-integer program
of a <em>pruned copy</em>, and tests every point that comes out on the dense network.</p>
]] .. system.library_source "manual/idea.svg" .. [[
<pre><b>local</b> data, nn, prune = require <s>"vnn.data"</s>, require <s>"vnn.nn"</s>, require <s>"vnn.prune"</s>
<b>local</b> protocol, surrogate = require <s>"vnn.protocol"</s>, require <s>"vnn.surrogate"</s>

<b>local</b> digits = assert(data.load(<s>"digits"</s>, { side = 18 }))
<b>local</b> dense = nn.train(nn.mlp({ 324, 32, 32, 10 }, { seed = 2 }), digits, { epochs = 5, seed = 2 })
<b>local</b> sparse = prune.apply(dense, { criterion = <s>"magnitude"</s>, rate = 0.9 })
<b>local</b> problem = assert(protocol.problem(dense, digits, 1))
<b>local</b> result = surrogate.find(dense, sparse, problem, { time_limit_s = 20 })
print(result.verdict, result.first_hit_s, result.witness)</pre>
<p>H. Pham, A. Ren, I. Tahir, J. Tong, T. Serra: <em>Optimization over Trained (and Sparse) Neural Networks: A Surrogate
within a Surrogate</em>, 2025.</p>]]
