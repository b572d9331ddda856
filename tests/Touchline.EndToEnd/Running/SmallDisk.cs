using System.Diagnostics;

namespace Touchline.EndToEnd.Running;

/// <summary>A file system of its own, small enough to be filled. Needs the right to mount, and fails without it.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(int mebibytes)
    {
        Path = Directory.CreateTempSubdirectory("touchline-disk-").FullName;
        Mount("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "none", Path);
    }

    public string Path { get; }

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Takes all the room there is.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 1);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException) when (new DriveInfo(Path).AvailableFreeSpace < page.Length)
        {
            return; // Full.
        }
    }

    public void MakeRoom() => File.Delete(Ballast);

    public void MakeReadOnly() => Mount("mount", "-o", "remount,ro", Path);

    public void Dispose()
    {
        // Lazily, as a process that a failed test left may still have files open.
        Mount("umount", "--lazy", Path);
        Directory.Delete(Path);
    }

    private static void Mount(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"this test needs the right to mount a small tmpfs: {program} {string.Join(' ', arguments)}: {error}");
    }
}
