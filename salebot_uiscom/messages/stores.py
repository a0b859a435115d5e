"""Texts: what is wrong with the file of dialogs (SB8xx)."""

from . import Message

_STORE = "store"

MESSAGES: dict[str, Message] = {
    "SB801": Message(
        _STORE,
        "файл с диалогами занят другой программой",
        "another program holds the file with the dialogs",
        "повторите позже или закройте ту программу; один файл — для одного бота",
        "try again later or end that program; one file is for one bot",
    ),
    "SB802": Message(
        _STORE,
        "файл с диалогами не открыть: нет папки {name}",
        "the file with the dialogs cannot be opened: there is no folder {name}",
        "создайте папку или задайте другой файл: --database",
        "create the folder or name another file: --database",
    ),
    "SB803": Message(
        _STORE,
        "это не файл с диалогами: {name}",
        "this is no file with dialogs: {name}",
        "задайте другой файл: --database; нового файла может не быть, он создаётся сам",
        "name another file: --database; a new one need not exist, it is created",
    ),
    "SB804": Message(
        _STORE,
        "файл принадлежит другой программе: в нём есть таблица {name}",
        "the file belongs to another program: it has a table {name}",
        "задайте другой файл: --database",
        "name another file: --database",
    ),
    "SB805": Message(
        _STORE,
        "файл с диалогами записан более новым выпуском (в нём есть {name})",
        "the file with the dialogs was written by a newer release (it has {name})",
        "обновите пакет: pip install -U salebot-uiscom",
        "update the package: pip install -U salebot-uiscom",
    ),
    "SB806": Message(
        _STORE,
        "хранилищ {name} этот выпуск не знает",
        "this release knows no {name} stores",
        "задайте путь к файлу SQLite",
        "give the path of an SQLite file",
    ),
    "SB807": Message(
        _STORE,
        "на диске нет места для файла с диалогами",
        "the disk has no room for the file with the dialogs",
        "освободите место и запустите снова: записанное не потеряно",
        "make room and start again: what was written is not lost",
    ),
    "SB808": Message(
        _STORE,
        "в файл с диалогами нельзя писать",
        "the file with the dialogs cannot be written to",
        "проверьте права на файл и на его папку",
        "check the rights to the file and to its folder",
    ),
    "SB809": Message(
        _STORE,
        "файл с диалогами повреждён",
        "the file with the dialogs is damaged",
        "возьмите копию файла; что уцелело, прочтёт sqlite3 ФАЙЛ .recover",
        "take a copy of the file; sqlite3 FILE .recover reads what is left",
    ),
    "SB810": Message(
        _STORE,
        "файл с диалогами недоступен ({text})",
        "the file with the dialogs is not available ({text})",
        "проверьте имя файла, права на него и место на диске",
        "check the name of the file, the rights to it and the room on the disk",
    ),
    "SB811": Message(
        _STORE,
        "это противоречит тому, что уже записано ({text})",
        "this contradicts what is stored ({text})",
        "повтор не поможет: проверьте номера и имена",
        "trying again is useless: check numbers and names",
    ),
    "SB812": Message(
        _STORE,
        "этот ход уже ведёт другая программа ({text})",
        "another program has taken this turn over ({text})",
        "не запускайте двух ботов на одном файле",
        "do not run two bots on one file",
    ),
}
