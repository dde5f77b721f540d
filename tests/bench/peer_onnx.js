// peer_onnx -- seconds of a prediction by ONNX Runtime, on request
//
//    node peer_onnx.js MODEL.onnx BATCH THREADS      MODEL is tonetwork's
//
// Speaks like bench_nn: a line when it is ready, then for every line on standard input, a number of
// seconds, the median of as many steps as fit into them.
const ort = require("onnxruntime-node");
const readline = require("readline");

const BANDS = 5, SIZE = 64;
const [path, batch, threads] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

const seconds = () => Number(process.hrtime.bigint()) * 1e-9;

const tensor = shape => {
	const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
	return new ort.Tensor("float32", values.map(() => Math.random()), shape);
};

(async () => {
	const net = await ort.InferenceSession.create(path, {
		intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: "all",
	});
	const inputs = { image: tensor([batch, BANDS, SIZE, SIZE]), ebv: tensor([batch, 1]) };
	await net.run(inputs);
	console.log("ready");
	for await (const line of readline.createInterface({ input: process.stdin })) {
		const begun = seconds(), each = [];
		while (each.length === 0 || seconds() - begun < Number(line)) {
			const start = seconds();
			await net.run(inputs);
			each.push(seconds() - start);
		}
		console.log(each.sort((a, b) => a - b)[Math.floor(each.length / 2)]);
	}
})();
