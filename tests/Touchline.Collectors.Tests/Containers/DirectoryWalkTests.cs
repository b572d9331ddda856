using System.Diagnostics;
using System.Globalization;
using Touchline.Collectors.Containers.Layers;

namespace Touchline.Collectors.Tests.Containers;

public sealed class DirectoryWalkTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("touchline-walk-");

    [Fact]
    public async Task Tree_takes_what_du_says()
    {
        // Holes, several names for one file, links out of the tree, and a name that is no UTF-8.
        await ShellAsync(
            "mkdir -p a/b/c empty; head -c 300000 /dev/urandom > a/b/file; head -c 10 /dev/urandom > a/b/c/small; : > a/nothing;"
            + "dd if=/dev/zero of=a/hole bs=1 count=1 seek=5000000 2>/dev/null; ln a/b/file a/again; ln -s / out; ln -s missing broken;"
            + "head -c 5000 /dev/urandom > \"$(printf 'a/\\377name')\"; sync -f .");

        var usage = Walk().Measure(_root.FullName);
        var (bytes, inodes) = (await FirstNumberAsync("du --block-size=1 -s -x ."), await FirstNumberAsync("du --inodes -s -x ."));

        // .NET cannot delete what it cannot name.
        await ShellAsync("rm -r a");
        Assert.Equal((bytes, inodes), (usage.Bytes, usage.Inodes));
    }

    [Fact]
    public void Tree_without_a_bottom_is_given_up()
    {
        _root.CreateSubdirectory(string.Join('/', Enumerable.Repeat("x", 250)));

        Assert.Contains("deep", Assert.Throws<IOException>(() => Walk().Measure(_root.FullName)).Message);
    }

    [Fact]
    public void Tree_that_is_too_large_is_given_up()
    {
        for (var i = 0; i < 20; i++)
        {
            File.WriteAllText(Path.Combine(_root.FullName, i.ToString(CultureInfo.InvariantCulture)), "");
        }
        var walk = new DirectoryWalk(new LayerProgress(), CancellationToken.None) { Most = 10 };

        Assert.Equal("it has more than 10 files", Assert.Throws<IOException>(() => walk.Measure(_root.FullName)).Message);
    }

    [Fact]
    public void Link_in_place_of_the_directory_is_not_followed()
    {
        var link = Path.Combine(_root.FullName, "link");
        File.CreateSymbolicLink(link, "/");

        Assert.Throws<IOException>(() => Walk().Measure(link));
        Assert.Throws<IOException>(() => Walk().Measure(Path.Combine(_root.FullName, "missing")));
    }

    [Fact]
    public void Walk_ends_when_it_is_asked_to_and_tells_how_far_it_is()
    {
        File.WriteAllText(Path.Combine(_root.FullName, "file"), "");
        var progress = new LayerProgress();
        new DirectoryWalk(progress, CancellationToken.None).Measure(_root.FullName);
        Assert.Equal(2, progress.Entries);

        Assert.Throws<OperationCanceledException>(() => new DirectoryWalk(progress, new CancellationToken(true)).Measure(_root.FullName));
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static DirectoryWalk Walk() => new(new LayerProgress(), CancellationToken.None);

    private async Task<double> FirstNumberAsync(string command) =>
        double.Parse((await ShellAsync(command)).Split('\t')[0], CultureInfo.InvariantCulture);

    private async Task<string> ShellAsync(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = _root.FullName, RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
        return output;
    }
}
