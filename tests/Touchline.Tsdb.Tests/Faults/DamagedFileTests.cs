namespace Touchline.Tsdb.Tests.Faults;

/// <summary>Every file of a data directory, damaged in every way that disks and people damage files.</summary>
public sealed class DamagedFileTests
{
    /// <summary>How many places of a file are tried.</summary>
    private const int Places = 10;

    [Fact]
    public void Flipped_bit_is_found_whatever_the_file_named_isolated_and_the_rest_served()
    {
        Try(file => Spread(file.Length).Select(at => ($"bit {at % 8} of byte {at} flipped", new Func<byte[], byte[]?>(bytes =>
        {
            bytes[at] ^= (byte)(1 << (at % 8));
            return bytes;
        }))), mustBeNoticed: true);
    }

    [Fact]
    public void File_cut_short_is_found_whatever_it_is_and_the_rest_served()
    {
        Try(file => Spread(file.Length).Select(at => ($"cut to {at} bytes", new Func<byte[], byte[]?>(bytes => bytes[..at]))), mustBeNoticed: false);
    }

    [Fact]
    public void Missing_file_is_found_whatever_it_is_and_the_rest_served()
    {
        Try(_ => [("missing", _ => null)], mustBeNoticed: false);
    }

    [Fact]
    public void Lost_end_of_the_log_is_named_once_with_its_last_segment()
    {
        using var directory = new FullDirectory();
        directory.Restore();
        var segments = directory.Files.Where(file => file.EndsWith(".wal", StringComparison.Ordinal)).ToList();
        segments.ForEach(file => File.Delete(directory.PathOf(file)));
        using (var store = directory.Open())
        {
            Assert.Contains(store.Status().Damage, damage => damage.StartsWith(directory.PathOf(segments[^1]), StringComparison.Ordinal));
            FullDirectory.WriteLater(store);
        }
        File.Delete(directory.PathOf("wal/newest"));
        using (var store = directory.Open())
        {
            Assert.DoesNotContain(store.Status().Damage, damage => damage.StartsWith(directory.PathOf(segments[^1]), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Page_of_zeros_is_found_whatever_the_file_and_the_rest_served()
    {
        Try(file => Spread(file.Length).Select(at => ($"zeros at {at}", new Func<byte[], byte[]?>(bytes =>
        {
            bytes.AsSpan(at, Math.Min(512, bytes.Length - at)).Clear();
            return bytes;
        }))), mustBeNoticed: false);
    }

    /// <summary>Damages each file in turn, and looks at what is served then, after another start, and after another sample.</summary>
    /// <param name="damages">What is done to a file: a name, and what becomes of its bytes; null where it goes.</param>
    /// <param name="mustBeNoticed">Whether damage that cost no sample has to be named too.</param>
    private static void Try(
        Func<byte[], IEnumerable<(string Name, Func<byte[], byte[]?> Apply)>> damages, bool mustBeNoticed)
    {
        using var directory = new FullDirectory();
        directory.Restore();
        HashSet<(int Series, long Time)> whole;
        using (var store = directory.Open())
        {
            (whole, var complaints) = FullDirectory.Read(store);
            Assert.Empty(complaints);
        }
        Assert.True(directory.Files.Count > 8, string.Join(", ", directory.Files));
        var failures = new List<string>();
        foreach (var file in directory.Files)
        {
            foreach (var (name, apply) in damages(directory.Contents(file)))
            {
                directory.Restore();
                if (apply((byte[])directory.Contents(file).Clone()) is { } bytes)
                {
                    File.WriteAllBytes(directory.PathOf(file), bytes);
                }
                else
                {
                    File.Delete(directory.PathOf(file));
                }
                try
                {
                    Look(directory, file, whole, mustBeNoticed);
                }
                catch (Exception e)
                {
                    failures.Add($"{file}, {name}: {e.Message.ReplaceLineEndings(" ")}");
                }
            }
        }
        Assert.True(failures.Count == 0, $"{failures.Count} cases:\n" + string.Join('\n', failures.Take(20)));
    }

    private static void Look(FullDirectory directory, string file, HashSet<(int Series, long Time)> whole, bool mustBeNoticed)
    {
        // A deletion that is lost with its record in the log brings back what was deleted.
        var forgetful = file.StartsWith("wal", StringComparison.Ordinal);
        HashSet<(int Series, long Time)> first;
        using (var store = directory.Open())
        {
            (first, var complaints) = FullDirectory.Read(store, forgetful);
            Assert.Subset(whole, first);
            if (mustBeNoticed || first.Count < whole.Count)
            {
                // A lost segment or checkpoint can be named by the folder that it is missing from.
                var folder = Path.GetDirectoryName(directory.PathOf(file))!;
                Assert.True(complaints.Any(complaint => complaint.Contains(folder, StringComparison.Ordinal)), $"{whole.Count - first.Count} samples are missing, and nobody is told: {string.Join("; ", complaints)}");
            }
            AssertIsolated(directory, file, whole, first);
            FullDirectory.WriteLater(store);
        }
        using (var store = directory.Open())
        {
            var (second, _) = FullDirectory.Read(store, forgetful);
            Assert.Equal(first.Union(FullDirectory.Later).Order(), second.Order());
        }
    }

    /// <summary>Damage to a block costs nothing outside of its time, and damage to the log nothing that is in blocks.</summary>
    private static void AssertIsolated(FullDirectory directory, string file, HashSet<(int Series, long Time)> whole, HashSet<(int Series, long Time)> served)
    {
        var blocks = directory.Files.Where(other => Path.GetFileName(other) == "meta.json").Select(other => (Folder: Path.GetDirectoryName(other)!, Range: RangeOf(directory.Contents(other)))).ToList();
        var damaged = blocks.Find(block => block.Folder == Path.GetDirectoryName(file));
        foreach (var sample in whole.Except(served))
        {
            var inBlock = damaged.Folder is not null && sample.Time >= damaged.Range.Start && sample.Time < damaged.Range.End;
            var inLog = damaged.Folder is null && !blocks.Exists(block => sample.Time >= block.Range.Start && sample.Time < block.Range.End);
            Assert.True(inBlock || inLog, $"series {sample.Series} at {sample.Time} is missing, which is not in this file");
        }
    }

    private static (long Start, long End) RangeOf(byte[] meta)
    {
        using var json = System.Text.Json.JsonDocument.Parse(meta);
        return (json.RootElement.GetProperty("minTimeMs").GetInt64(), json.RootElement.GetProperty("maxTimeMs").GetInt64());
    }

    private static IEnumerable<int> Spread(int length) =>
        Enumerable.Range(0, Places).Select(place => (int)((long)place * length / Places)).Append(length - 1).Where(at => at >= 0).Distinct();
}
