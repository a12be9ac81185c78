@echo off
rem Sets up matchmaker in .venv; with a folder wheelhouse\ no network is needed.
chcp 65001 >nul
setlocal
cd /d "%~dp0"

py -3 --version >nul 2>nul
if errorlevel 1 (
    echo 没有找到 Python，请先安装 Python 3.11 或更新版本。 / Python 3.11 or newer is needed.
    exit /b 2
)
if not exist .venv\Scripts\python.exe py -3 -m venv .venv
if errorlevel 1 exit /b 1

if exist wheelhouse\ (
    .venv\Scripts\python -m pip install --quiet --disable-pip-version-check --no-index --find-links wheelhouse matchmaker
) else (
    .venv\Scripts\python -m pip install --quiet --disable-pip-version-check .
)
if errorlevel 1 (
    echo 安装没有成功，原因见上。 / The installation failed; see above.
    exit /b 1
)
echo 已安装。试一试：run.bat --help / Installed. Try: run.bat --help
