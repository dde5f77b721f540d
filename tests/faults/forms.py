"""forms -- every tool in the ways in which it works, on small inputs, and what a run of it left

Shared by run (calls that fail), world (disks, readers, signals, inputs that go away) and
streams (cuts and flips).
"""
import os
import shutil
import subprocess
import tempfile
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
PRELOAD = os.environ.get("PZ_FAULTS") and os.path.abspath(os.environ["PZ_FAULTS"])
FRAME = os.path.join(HERE, "../tools/frame.py")
SHOWN = int(os.environ.get("FAULTS_SHOWN", "3"))  # failures of a kind that are printed


class Form(NamedTuple):
    """A command; {in} stands for what it reads, {out} for what it writes."""
    command: str
    reads: str = ""        # the stream that {in} is
    slow: bool = False     # a good part of a second: has fewer runs
    hdf5: bool = False     # libhdf5 falls over allocations that fail: they do not

    def argv(self, out="out", source=None):
        text = self.command.replace("{in}", source or self.reads).replace("{out}", out)
        return text.split()

    def prints(self):
        """Whether it writes to standard output, where it is not told of a file."""
        return self.command.endswith(" -o {out}") or "{out}" not in self.command

    def printing(self, source=None):
        """The same command, writing to standard output."""
        return Form(self.command.removesuffix(" -o {out}"), self.reads).argv(source=source)

    def tool(self):
        return self.command.split()[0]


PREPARE = [
    "make_stream stamps 12 8 >stamps.pz",
    "make_stream labelled 40 8 >labelled.pz",
    "normalize -q --divide 3 stamps.pz -o normal.pz",
    "printf 'conv 3x3 4 prelu\\npool\\nmean\\nebv\\ndense 6 relu\\n' >small.net",
    "sed 's/ prelu/ norm prelu/' small.net >norm.net",
    "train -q --net small.net -n 2 -b 4 labelled.pz -o small.model",
    "train -q --net norm.net -n 2 -b 4 labelled.pz -o norm.model",
    "predict -q -m small.model --keep-stamps labelled.pz -o predictions.pz",
    "totable -q predictions.pz -o table.fits",
    "totable -q predictions.pz --pz bins.csv -o table.csv",
    "totable -q stamps.pz -o galaxies.fits",
    "residuals -q --bootstrap 5 --json report.json predictions.pz -o report.tsv",
    "printf 'id,z,true_u,true_g,true_r,true_i,true_z\\n1,.1,19,18,17,16.5,16\\n2,.2,20,19,18,17,17\\n'"
    " >paint.csv",
    *(f"{FRAME} frame-{band}-1.fits.{n} ra=10.003 dec=-0.997 value={n} star=50,50,900 "
      f"BUNIT=nanomaggy && mv frame-{band}-1.fits.{n} frame-{band}-{n}.fits"
      for band in "gr" for n in (1, 2)),
    "toarray -q -o arrays.h5 predictions.pz",
    "toarray -q -o arrays.npz labelled.pz",
    "mkdir cutouts && for i in 1 2; do cp frame-g-$i.fits cutouts/$i.fits; done",
    "printf 'id,z\\n1,.1\\n2,.2\\n' >two.csv",
    "printf '1\\n2\\n' >ids.txt",
    f"{FRAME} a.fits extension=1 EXTNAME=N1 star=50,50,9 && {FRAME} b.fits extension=1 EXTNAME=N2 ra=10.02"
    " && { cat a.fits; tail -c +2881 b.fits; } >mosaic.fits && { for f in a b; do tail -c +2881 $f.fits"
    " | head -c 2880 | fold -w 80 | grep -aE '^(CTYPE|CRVAL|CRPIX|CD)'; echo 'FLXSCALE= 2'; echo END; done; }"
    " >mosaic.head",
    f"{FRAME} cube.fits planes=1,2 BANDS=gr",
    f"{FRAME} SFD_dust_4096_ngp.fits side=20 LAM_NSGP=1 LAM_SCAL=9 && "
    f"{FRAME} SFD_dust_4096_sgp.fits side=20 LAM_NSGP=-1 LAM_SCAL=9",
    "printf 'id,ra,dec\n1,10,0\n2,10.02,0\n' >places.csv",
    "printf 'file,band,hdu,field\\nframe-g-1.fits,g,0,1\\nframe-r-1.fits,r,0,1\\n' >frames.csv",
]
FORMS = {
    "mock": Form("mock -q --stamps --field --spectra 17 --failures 0.1 --galaxies 6 --size 8 -o {out}"),
    "mock like": Form("mock -q --stamps --from paint.csv --size 8 -o {out}"),
    "mock layout": Form("mock -q --galaxies 1 --density 60 --layout unions {out}", slow=True),
    "mock frames": Form("mock -q --galaxies 3 --density 60 {out}", slow=True),
    "cutout": Form("cutout -q -c galaxies.fits -f frame-%b-*.fits -b g,r --size 8 -o {out}"),
    "cutout list": Form("cutout -q -c galaxies.fits -f @frames.csv -b g,r --size 8 -o {out}"),
    "cutout mosaic": Form("cutout -q -c places.csv -f mosaic.fits -b g --size 8 --heads --dust . -o {out}"),
    "cutout psf": Form("cutout -q -c galaxies.fits -f frame-%b-*.fits -b g,r --size 8 --match-psf 3 --psf 2:px -o {out}"),
    "cutout ccds": Form("cutout -q -c places.csv -f mosaic.fits -b g --size 8 -o {out}"),
    "cutout cube": Form("cutout -q -c places.csv -f cube.fits -b g,r --size 8 -o {out}"),
    "normalize": Form("normalize {in} -o {out}", "stamps.pz"),
    "normalize soften": Form("normalize -q --soften auto {in} -o {out}", "stamps.pz"),
    "normalize like": Form("normalize -q --like normal.pz {in} -o {out}", "stamps.pz"),
    "partition": Form("partition --keep train {in} -o {out}", "stamps.pz"),
    "keep": Form("keep -q (mag<90)or(id)in@ids.txt {in} -o {out}", "stamps.pz"),
    "match": Form("match -w predictions.pz -t zphot,pz {in} -o {out}", "stamps.pz"),
    "balance": Form("balance -q {in} -o {out}", "stamps.pz"),
    "softlabel": Form("softlabel -q --hard {in} -o {out}", "stamps.pz"),
    "softlabel fit": Form("softlabel -q {in} -o {out}", "predictions.pz"),
    "softlabel refine": Form("softlabel -q --refine predictions.pz {in} -o {out}", "predictions.pz"),
    "train": Form("train -q --net small.net -n 3 -b 4 --checkpoint {out}.state --log {out}.log "
                  "{in} -o {out}", "labelled.pz"),
    "train norm": Form("train -q --net norm.net -n 4 -b 4 --average 0.5 --every 2 --valid labelled.pz "
                       "--checkpoint {out}.state {in} -o {out}", "labelled.pz"),
    "train heads": Form("train -q --from small.model --freeze --heads new -n 3 -b 4 --memory 0 "
                        "--valid labelled.pz {in} -o {out}", "labelled.pz"),
    "predict": Form("predict -q -m small.model {in} -o {out}", "labelled.pz"),
    "predict two": Form("predict -q -m small.model,small.model --combine harmonic --keep-stamps "
                        "{in} -o {out}", "labelled.pz"),
    "predict features": Form("predict -q -m small.model --features {in} -o {out}", "labelled.pz"),
    "flag": Form("flag -q {in} -o {out}", "predictions.pz"),
    "average": Form("average -w predictions.pz,predictions.pz {in} -o {out}", "predictions.pz"),
    "knn": Form("knn -q -t labelled.pz --neighbours 8 {in} -o {out}", "labelled.pz"),
    "knn numbers": Form("knn -q -t predictions.pz --magnitudes mag,ebv --neighbours 8 {in} -o {out}",
                        "predictions.pz"),
    "calibrate": Form("calibrate -q -t predictions.pz --plan {out}.plan --table {out}.table {in} "
                      "-o {out}", "predictions.pz"),
    "recalibrate": Form("recalibrate -q -t predictions.pz --prior labelled.pz --trained stamps.pz "
                        "--intervals 68 --held 0.2 --table {out}.table {in} -o {out}", "predictions.pz"),
    "nz": Form("nz -q --trained labelled.pz --bootstrap 3 --table {out}.table {in} -o {out}",
               "predictions.pz"),
    "residuals": Form("residuals -q --bootstrap 5 --json {out}.json --curves {out}.tsv p={in} "
                      "-o {out}", "predictions.pz"),
    "residuals program": Form("residuals -q --bootstrap 5 --gnuplot p={in} -o {out}",
                              "predictions.pz"),
    "residuals figure": Form("residuals -q --bootstrap 5 --figure {out}.svg p={in} -o {out}",
                             "predictions.pz", slow=True),
    "report": Form("report report.json predictions.pz small.model -o {out}"),
    "sweep": Form("sweep 1=report.json 2=report.json -o {out}"),
    "sweep figure": Form("sweep 1=report.json 2=report.json --figure {out}.svg -o {out}",
                         slow=True),
    "inspect": Form("inspect {in} -o {out}", "stamps.pz"),
    "inspect head": Form("inspect --head 3 {in} -o {out}", "stamps.pz"),
    "inspect fields": Form("inspect --fields {in} -o {out}", "stamps.pz"),
    "inspect stats": Form("inspect --stats {in} -o {out}", "stamps.pz"),
    "inspect tsv": Form("inspect --tsv {in} -o {out}", "predictions.pz"),
    "inspect json": Form("inspect --json {in} -o {out}", "stamps.pz"),
    "inspect png": Form("inspect --png {out}.png {in}", "stamps.pz"),
    "inspect worst": Form("inspect --png {out}.png --choose random --count 3 {in}", "stamps.pz"),
    "inspect model": Form("inspect --check {in} -o {out}", "small.model"),
    "fromtable": Form("fromtable table.fits -o {out}"),
    "fromtable csv": Form("fromtable table.csv --pz bins.csv --grid 0,0.4,80 -o {out}"),
    "totable": Form("totable -q {in} -o {out}.fits", "predictions.pz"),
    "toarray": Form("toarray -q {in} -o {out}.h5", "predictions.pz", hdf5=True),
    "toarray npz": Form("toarray -q {in} -o {out}.npz", "labelled.pz"),
    "fromarray": Form("fromarray arrays.h5 -o {out}", hdf5=True),
    "fromarray npz": Form("fromarray arrays.npz -o {out}"),
    "fromarray images": Form("fromarray --bands u,g,r,i,z --pixscale 0.4 arrays.npz -o {out}"),
    "fromarray stamps": Form("fromarray -q --stamps cutouts --bands g --pixscale 0.4 "
                             "--catalogue two.csv -o {out}"),
    "tonetwork onnx": Form("tonetwork -o {out}.onnx norm.model"),
    "tonetwork": Form("tonetwork -o {out}.safetensors small.model"),
    "totable csv": Form("totable -q {in} --pz {out}.bins -o {out}.csv", "predictions.pz"),
}


def chosen(slow=True):
    """The forms of FAULTS_TOOLS; none that draw where there is no gnuplot."""
    wanted = os.environ.get("FAULTS_TOOLS")
    return {name: form for name, form in FORMS.items()
            if (not wanted or form.tool() in wanted.split(",")) and (slow or not form.slow)
            and (shutil.which("gnuplot") or " --figure " not in form.command)}


class Run(NamedTuple):
    """How a run ended. status: minus a signal's number; "hangs"."""
    status: object
    out: bytes = b""
    said: str = ""
    calls: int = 0   # of the kind that was asked for
    live: int = 0    # blocks of memory that it kept

    def told(self, tool):
        """Whether it says what failed."""
        return self.said.lstrip().startswith(f"{tool}: ")


def run(argv, faults=None, timeout=60, **how):
    """Runs it; faults: what preload.c shall do, without the FAULT_ of its names."""
    environment = dict(os.environ, TMPDIR=how.pop("tmpdir", "."), OPENBLAS_NUM_THREADS="1")
    if faults is not None:
        environment |= {f"FAULT_{k}": str(v) for k, v in faults.items()}
        environment |= {"LD_PRELOAD": PRELOAD, "FAULT_REPORT": "../report"}
    if "input" not in how:
        how.setdefault("stdin", subprocess.DEVNULL)
    how.setdefault("stdout", subprocess.PIPE)
    try:
        done = subprocess.run(argv, stderr=subprocess.PIPE, timeout=timeout, env=environment,
                              check=False, **how)
    except subprocess.TimeoutExpired:
        return Run("hangs")
    try:
        with open("../report", encoding="ascii") as report:
            calls, live = map(int, report.read().split())
        os.remove("../report")
    except FileNotFoundError:
        calls = live = 0
    return Run(done.returncode, done.stdout or b"", done.stderr.decode(errors="replace"), calls,
               live)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def outputs(kept):
    """What a run left, by name: all below the current folder that was not kept."""
    found = {}
    for top in sorted(set(os.listdir(".")) - kept):
        if not os.path.isdir(top):
            found[top] = read(top)
        for folder, _, names in os.walk(top):
            found |= {os.path.join(folder, n): read(os.path.join(folder, n)) for n in names}
            found[folder] = b""
    return found


def clear(kept):
    for name in set(os.listdir(".")) - kept:
        if os.path.isdir(name):
            shutil.rmtree(name)
        else:
            os.remove(name)


def half(found, good):
    """Names of files that are none of a run that went well, but for those that a run that was
    stopped leaves: a checkpoint, and a log."""
    return [n for n, bytes_ in found.items()
            if bytes_ != good.get(n) and not n.endswith((".state", ".previous", ".log"))]


def prepare():
    for command in PREPARE:
        subprocess.run(command, shell=True, check=True)


class Workshop:
    """A folder with the inputs, gone at the end."""

    def __init__(self, fill=prepare):
        self.fill = fill

    def __enter__(self):
        self.top = tempfile.mkdtemp(prefix="pzfaults.")
        os.mkdir(os.path.join(self.top, "work"))
        os.chdir(os.path.join(self.top, "work"))
        try:
            self.fill()
        except BaseException:
            self.__exit__()
            raise
        return set(os.listdir("."))

    def __exit__(self, *_):
        os.chdir("/")
        shutil.rmtree(self.top)


class Tap:
    """Lines of TAP, and whether there was a failure."""

    def __init__(self):
        self.number = self.failed = 0

    def line(self, what, wrong=(), skip=None):
        self.number += 1
        self.failed += bool(wrong)
        note = f" # SKIP {skip}" if skip else ""
        print(f"{'not ' if wrong else ''}ok {self.number} - {what}{note}")
        for line in wrong[:SHOWN]:
            print(f"#   {line}")
        if len(wrong) > SHOWN:
            print(f"#   and {len(wrong) - SHOWN} more")
        print(end="", flush=True)

    def end(self):
        print(f"1..{self.number}")
        return 1 if self.failed else 0
