"""Archives, folders and several files: one report for each file inside, nothing twice, nothing outside its place."""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from copilot.data.containers import arrivals, given_files, shown_name
from copilot.data.limits import DEFAULT, Limits
from copilot.data.report import IntakeReport
from copilot.data.workspace import Workspace
from copilot.errors import DataRefused
from evals.workbooks import zipped

Write = Callable[..., Path]
HEAD = "order id,order date,customer id,product,quantity,unit price\n"


def month(number: int, orders: int = 3) -> bytes:
    """Orders of one month: 10.00 each, of two customers."""
    rows = "".join(f"{number:02d}{n:02d},2011-{number:02d}-{n + 1:02d},c{n % 2},Tea,1,10.00\n" for n in range(orders))
    return (HEAD + rows).encode()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = Workspace.open(tmp_path / "home")
    yield opened
    opened.close()


Seen = tuple[str, bytes | None, str | None]


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., list[Seen]]:
    """What is found in files: name, content, and the code of the refusal, if any; nothing is left behind."""

    def look(*paths: Path, limits: Limits = DEFAULT) -> list[Seen]:
        folder = tmp_path / "staging"
        folder.mkdir(exist_ok=True)
        seen: list[Seen] = []
        for path, name in given_files(paths, limits):
            for found in arrivals(path, name, folder, limits):
                refusal = found.refusal
                seen.append((found.name, None if refusal else found.path.read_bytes(), refusal and refusal.code))
        assert not list(folder.iterdir())
        return seen

    return look


Opened = Callable[..., list[Seen]]


def orders_in(workspace: Workspace) -> int:
    return int(workspace.tables().orders.count().to_pyarrow().as_py())


def codes(reports: list[IntakeReport]) -> dict[str, str]:
    """File -> why it was refused."""
    return {report.file: report.problems[0].code for report in reports if report.upload_id is None}


def test_each_file_of_a_zip_is_taken_for_itself(opened: Opened, write: Write) -> None:
    files = {
        "2011-02.csv": month(2),
        "2011-01.csv": month(1),
        "old/2010/12.csv": month(12),
        "__MACOSX/._2011-01.csv": b"\x00\x05\x16\x07 resource fork",
        ".DS_Store": b"\x00\x00\x00\x01Bud1",
        "old/.hidden.csv": month(3),
        "notes.pdf": b"%PDF-1.7 not a table",
    }
    assert opened(write("orders.zip", zipped(files))) == [
        ("orders.zip / 2011-01.csv", month(1), None),
        ("orders.zip / 2011-02.csv", month(2), None),
        ("orders.zip / notes.pdf", None, "not_a_table"),
        ("orders.zip / old/2010/12.csv", month(12), None),
    ]


def test_a_zip_is_stored_file_by_file_once_and_removed(workspace: Workspace, write: Write) -> None:
    """One report a file; zipped, packed or plain, the same content adds nothing twice; raw files are the inner ones."""
    said: list[str] = []
    files = {"1.csv": month(1), "2.csv": month(2, 4), "notes.pdf": b"%PDF-1.7"}
    january, february, notes = workspace.add([write("orders.zip", zipped(files))], progress=said.append)
    assert [january.file, february.file] == ["orders.zip / 1.csv", "orders.zip / 2.csv"]
    assert "Reading orders.zip / 2.csv" in said
    assert codes([january, february, notes]) == {"orders.zip / notes.pdf": "not_a_table"}
    assert orders_in(workspace) == 7
    for name, content in (
        ("jan.csv", month(1)),
        ("jan.csv.gz", gzip.compress(month(1))),
        ("nested.zip", zipped({"inner.zip": zipped({"jan.csv": month(1)})})),
    ):
        (again,) = workspace.add([write(name, content)])
        assert again.already_there, name
        assert again.upload_id == january.upload_id
    raw = workspace.private / "raw"
    assert sorted(path.read_bytes() for path in raw.iterdir()) == sorted([month(1), month(2, 4)])
    workspace.remove(str(january.upload_id))
    assert [path.read_bytes() for path in raw.iterdir()] == [month(2, 4)]
    assert orders_in(workspace) == 4
    (again,) = workspace.add(list(raw.iterdir()))
    assert (again.already_there, again.upload_id) == (True, february.upload_id)
    assert not list((workspace.path / "staging").iterdir())


def test_the_days_of_a_year_in_one_zip(opened: Opened, write: Write) -> None:
    days = {f"day {n:03d}.csv": month(1 + n // 28, 1 + n % 3) for n in range(305)}
    found = opened(write("days.zip", zipped(days)))
    assert found == [(f"days.zip / {name}", content, None) for name, content in sorted(days.items())]


def test_folders_are_read_to_the_bottom_without_links_and_hidden_files(opened: Opened, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    (folder / "2011" / "q1").mkdir(parents=True)
    (folder / "jan.csv").write_bytes(month(1))
    (folder / "2011" / "q1" / "feb.csv").write_bytes(month(2))
    (folder / "2011" / "march.csv.gz").write_bytes(gzip.compress(month(3)))
    (folder / ".secret.csv").write_bytes(month(4))
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "may.csv").write_bytes(month(5))
    (folder / "elsewhere").symlink_to(tmp_path / "outside")
    (folder / "link.csv").symlink_to(tmp_path / "outside" / "may.csv")
    (folder / "2011" / "circle").symlink_to(folder)
    assert opened(folder) == [
        ("2011/march.csv.gz", month(3), None),
        ("2011/q1/feb.csv", month(2), None),
        ("jan.csv", month(1), None),
    ]


def test_names_in_an_archive_are_never_paths(opened: Opened, write: Write, tmp_path: Path) -> None:
    names = [
        "../../../up.csv",
        "/etc/passwd.csv",
        "C:\\Windows\\x.csv",
        "..\\..\\up2.csv",
        "a\x00b.csv",
        "\x1b[31m.csv",
    ]
    path = write("evil.zip", zipped({name: month(n) for n, name in enumerate(names, 1)}))
    before = set(tmp_path.rglob("*")) | {tmp_path / "staging"}
    found = opened(path)
    assert len([content for _, content, _ in found if content]) == len(names)
    for name, _, _ in found:
        inner = name.removeprefix("evil.zip / ")
        assert ".." not in inner
        assert not inner.startswith("/")
        assert name.isprintable()
    assert set(tmp_path.rglob("*")) == before
    assert not (tmp_path.parent / "up.csv").exists()


def test_links_in_an_archive_are_not_followed(opened: Opened, write: Write) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("orders.csv")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("jan.csv", month(1))
    found = opened(write("links.zip", buffer.getvalue()))
    assert found == [("links.zip / jan.csv", month(1), None), ("links.zip / orders.csv", None, "link")]


def test_an_archive_with_a_password_says_so(workspace: Workspace, write: Write) -> None:
    content = bytearray(zipped({"orders.csv": month(1)}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    with pytest.raises(DataRefused, match="protected by a password") as caught:
        workspace.add([write("locked.zip", bytes(content))])
    assert "Unpack it with the password" in caught.value.advice


def test_archives_open_two_deep_and_no_deeper(opened: Opened, write: Write) -> None:
    inner = zipped({"jan.csv": month(1)})
    assert opened(write("two.zip", zipped({"in.zip": inner}))) == [("two.zip / in.zip / jan.csv", month(1), None)]
    (deep,) = opened(write("three.zip", zipped({"a.zip": zipped({"b.zip": inner})})))
    assert deep == ("three.zip / a.zip / b.zip", None, "too_deep")
    (deep,) = opened(write("packed.gz", gzip.compress(gzip.compress(gzip.compress(month(2))))))
    assert deep == ("packed.gz", None, "too_deep")


def test_one_bad_file_does_not_stop_the_others(opened: Opened, write: Write) -> None:
    content = bytearray(zipped({"1.csv": month(1), "2.csv": month(2, 20), "3.csv": month(3)}))
    at = content.index(b"2.csv") + 40
    content[at : at + 8] = bytes(8)
    found = opened(write("damaged.zip", bytes(content)))
    assert [code for _, _, code in found] == [None, "damaged", None]


def test_an_archive_whose_offsets_point_before_its_start(opened: Opened, write: Write) -> None:
    """Found by the fuzzer: the operating system refuses to go there, which was taken for a fault of the disk."""
    content = bytearray(zipped({"1.csv": month(1)}))
    content[content.rindex(b"PK\x05\x06") + 16] += 5
    assert opened(write("before.zip", bytes(content))) == [("before.zip / 1.csv", None, "damaged")]


@pytest.mark.parametrize("cut", [10, 30, -30, -4])
def test_a_gzip_file_that_is_cut_off(opened: Opened, write: Write, cut: int) -> None:
    found = opened(write("cut.csv.gz", gzip.compress(month(1, 25), mtime=0)[:cut]))
    assert found == [("cut.csv.gz", None, "damaged")]


def test_a_zip_without_tables_is_refused(opened: Opened, write: Write) -> None:
    assert opened(write("e.zip", zipped({"__MACOSX/x": b"1", "folder/": b""}))) == [("e.zip", None, "empty_file")]
    assert opened(write("d.zip", b"PK\x03\x04" + b"x" * 500)) == [("d.zip", None, "not_a_table")]


def test_several_files_at_once(opened: Opened, write: Write) -> None:
    found = opened(write("1.csv", month(1)), write("b.zip", zipped({"2.csv": month(2)})), write("e.csv", b""))
    assert [(name, code) for name, _, code in found] == [
        ("1.csv", None),
        ("b.zip / 2.csv", None),
        ("e.csv", "empty_file"),
    ]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a/b.csv", "a/b.csv"), ("../../x", "x"), ("/etc/passwd", "etc/passwd"), ("..\\up\\x.csv", "up/x.csv"),
        ("a\x00\n\x1bb", "ab"), ("", "a file without a name"), ("..", "a file without a name"),
    ],
)  # fmt: skip
def test_names_as_shown(given: str, shown: str) -> None:
    assert shown_name(given) == shown


def test_a_name_with_contact_data_or_of_any_length() -> None:
    assert "ann@example.com" not in shown_name("orders of ann@example.com.csv")
    assert len(shown_name("x" * 5000 + ".csv")) <= 120


def test_too_many_files(opened: Opened, write: Write, tmp_path: Path) -> None:
    path = write("many.zip", zipped({f"{n}.csv": month(1) for n in range(6)}))
    assert opened(path, limits=Limits(files=5)) == [("many.zip", None, "too_many_files")]
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(6):
        (folder / f"{n}.csv").write_bytes(month(1))
    with pytest.raises(DataRefused, match="6 files, more than 5"):
        list(given_files([folder], Limits(files=5)))
