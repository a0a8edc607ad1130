"""The recognition engine: where text stands on a picture, what a crop says. No network, one thread, no telemetry."""

import os
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from extract.readers._ocr.raster import Box, Raster
from extract.readers._unreadable import refuse

NEEDED = ("onnxruntime", "rapidocr", "cv2")  # what the extra brings
MODELS = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}  # both lie in the wheel
# A picture is looked through at this many pixels of its longer side: more costs time and finds no more.
DETECTED_AT = 1280
BATCH = 6
TALL = 48  # pixels of height that the model reads at


class Said(NamedTuple):
    """What a crop was read as, and how sure the model was, from 0 to 1."""

    text: str
    score: float


def available() -> bool:
    """Whether the extra is installed."""
    return all(find_spec(name) is not None for name in NEEDED)


def needed() -> None:
    """Raises Unreadable where the extra is not installed."""
    if not available():
        raise refuse(
            "ocr_missing", "这是扫描件或图片，识别文字的组件没有安装；请运行 pip install 'gouji[ocr]'，再重新读取。"
        )


@cache
def _engine() -> Any:
    needed()
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # onnxruntime looks at it once, when it is imported
    import cv2
    import rapidocr

    cv2.setNumThreads(1)
    models = Path(rapidocr.__file__).parent / "models"
    paths = {f"{part}.model_path": str(models / name) for part, name in MODELS.items()}
    if not all(Path(path).is_file() for path in paths.values()):
        raise refuse("ocr_missing", "识别文字的组件缺少模型文件；请运行 pip install --force-reinstall 'gouji[ocr]'。")
    threads = {f"EngineConfig.onnxruntime.{name}_op_num_threads": 1 for name in ("intra", "inter")}
    return rapidocr.RapidOCR(
        params={
            **paths,
            **threads,
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.use_preprocess_img": False,
            "Global.use_vertical_padding": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTED_AT,
            "Rec.rec_batch_num": BATCH,
            # Crops are filled up to this width at least: the usual 320 makes a digit as dear as a word.
            "Rec.rec_img_shape": [3, TALL, TALL],
        }
    )


def find_text(image: Raster) -> list[Box]:
    """Where text stands in a picture of three channels: boxes of lines, or of parts of them."""
    found = _engine()(image, use_det=True, use_rec=False)
    if getattr(found, "boxes", None) is None:
        return []
    height, width = image.shape[:2]
    boxes = []
    for quad in found.boxes:
        (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
        boxes.append(Box(max(0, int(left)), max(0, int(top)), min(width, int(right) + 1), min(height, int(bottom) + 1)))
    return [box for box in boxes if box.right > box.left and box.bottom > box.top]


def recognize(crops: Sequence[Raster]) -> list[Said]:
    """What each crop says. The order of the crops does not matter to what is read."""
    if not crops:
        return []
    engine = _engine()
    engine.use_rec = True
    found = engine.recognize_txt(list(crops))
    return [Said(text, float(score)) for text, score in zip(found.txts, found.scores, strict=True)]
