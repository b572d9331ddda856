using System.Diagnostics;

namespace Touchline.Tsdb.Tests;

/// <summary>A file system of its own that is small enough to be filled. Needs the right to mount, and fails without it.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _filler;

    public SmallDisk(int kibibytes, bool readOnly = false)
    {
        Path = Directory.CreateTempSubdirectory("touchline-disk-").FullName;
        _filler = System.IO.Path.Combine(Path, "filler");
        Run("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k{(readOnly ? ",ro" : "")}", "none", Path);
    }

    public string Path { get; }

    public long Free => new DriveInfo(Path).AvailableFreeSpace;

    /// <summary>Takes all of the room but so much.</summary>
    public void FillUpTo(long freeBytes)
    {
        using var file = new FileStream(_filler, FileMode.OpenOrCreate);
        var size = Math.Max(0, file.Length + Free - freeBytes);
        if (size < file.Length)
        {
            file.SetLength(size);
            return;
        }
        file.Position = file.Length;
        var page = new byte[4096];
        while (file.Position + page.Length <= size)
        {
            file.Write(page);
            file.Flush();
        }
    }

    public void MakeRoom() => File.Delete(_filler);

    public void Dispose()
    {
        Run("umount", Path);
        Directory.Delete(Path);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"this test needs the right to mount a small tmpfs: {program} {string.Join(' ', arguments)}: {error}");
    }
}
