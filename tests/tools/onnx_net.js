// onnx_net -- p(z) of stamps by onnxruntime, beside those of predict
//
//    node onnx_net.js MODEL.onnx BATCH BANDS SIZE IMAGES EBV PZ
//
// IMAGES, EBV and PZ are files of float32; prints the largest difference.
const fs = require("fs");
const ort = require("onnxruntime-node");

const floats = path => {
	const bytes = fs.readFileSync(path);
	return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};

(async () => {
	const [model, n, bands, size, images, ebv, pz] = process.argv.slice(2);
	const shape = [Number(n), Number(bands), Number(size), Number(size)];
	const net = await ort.InferenceSession.create(model);
	const found = await net.run({
		image: new ort.Tensor("float32", floats(images), shape),
		ebv: new ort.Tensor("float32", floats(ebv), [shape[0], 1]),
	});
	const wanted = floats(pz);
	console.log(wanted.reduce((most, x, i) => Math.max(most, Math.abs(x - found.pz.data[i])), 0).toExponential(1));
})();
