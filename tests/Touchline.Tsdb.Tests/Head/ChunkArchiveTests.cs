using Touchline.Storage;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Head;

namespace Touchline.Tsdb.Tests.Head;

public sealed class ChunkArchiveTests : IDisposable
{
    private const long Range = 7_200_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("touchline-archive-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Chunks_that_went_to_files_are_read_like_those_in_memory()
    {
        var archive = new ChunkArchive(_directory, Assert.Fail);
        var addresses = Fill(archive, 0, 3000);
        Assert.NotEmpty(Directory.GetFiles(_directory));
        Assert.Equal(3000, archive.Chunks);
        for (var i = 0; i < addresses.Length; i++)
        {
            var chunk = archive.Find(addresses[i], out var previous)!.Value;
            Assert.Equal((i, i + 10, 7), (chunk.MinTime, chunk.MaxTime, chunk.Count));
            Assert.Equal(i == 0 ? 0 : addresses[i - 1], previous);
            Assert.All(chunk.ToBytes(), b => Assert.Equal((byte)i, b));
        }
    }

    [Theory]
    [InlineData(20)]
    [InlineData(2000)]
    [InlineData(40_000)]
    public void Copies_of_chunks_in_files_are_the_chunks(int length)
    {
        var archive = new ChunkArchive(_directory, Assert.Fail);
        var addresses = Fill(archive, 0, Math.Max(300, 6_000_000 / length), length);
        Assert.NotEmpty(Directory.GetFiles(_directory));
        var copies = new ChunkCopies(ofFiles: true);
        foreach (var i in new[] { 0, 1, 100, addresses.Length - 1 })
        {
            copies.Clear();
            var first = archive.Find(addresses[i], out var previous, copies)!.Value;
            var again = archive.Find(addresses[i], out _, copies)!.Value;
            Assert.Equal(i == 0 ? 0 : addresses[i - 1], previous);
            foreach (var chunk in new[] { first, again })
            {
                Assert.Equal((i, i + 10, 7), (chunk.MinTime, chunk.MaxTime, chunk.Count));
                Assert.Equal(Enumerable.Repeat((byte)i, length), chunk.ToBytes());
            }
        }
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 32)]
    [InlineData(false, 60)]
    [InlineData(true, 0)]
    [InlineData(true, 32)]
    [InlineData(true, 60)]
    public void Damaged_chunk_in_a_file_is_told_and_left_out(bool copied, int at)
    {
        var damage = new List<string>();
        var archive = new ChunkArchive(_directory, damage.Add);
        var addresses = Fill(archive, 0, 3000);
        using (var file = File.Open(Directory.GetFiles(_directory).Single(), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            file.Position = at;
            var before = file.ReadByte();
            file.Position = at;
            file.WriteByte((byte)(before ^ 0x40));
        }
        Assert.Null(archive.Find(addresses[0], out var previous, copied ? new ChunkCopies(ofFiles: true) : null));
        Assert.Equal(0u, previous);
        Assert.Contains("a closed chunk of the head is damaged (offset 0)", Assert.Single(damage), StringComparison.Ordinal);
        Assert.NotNull(archive.Find(addresses[1], out _, copied ? new ChunkCopies(ofFiles: true) : null));
    }

    [Fact]
    public void File_that_was_deleted_meanwhile_is_copied_from_where_it_is_mapped()
    {
        var file = new ArchiveFile(Path.Combine(_directory, "one"));
        var at = file.Write([1, 2, 3, 4, 5]);
        Assert.True(file.Drop(isFull: true));
        Assert.Empty(Directory.GetFiles(_directory));
        var copy = new byte[3];
        file.Read(at + 1, copy);
        Assert.Equal([2, 3, 4], copy);
    }

    [Fact]
    public void Ranges_that_are_over_are_forgotten_with_their_files_and_who_reads_reads_on()
    {
        var archive = new ChunkArchive(_directory, Assert.Fail);
        var old = Fill(archive, 0, 40_000);
        var files = Directory.GetFiles(_directory).Length;
        Assert.True(files > 1, $"{files} files");
        var young = Fill(archive, Range, 10_000);
        var held = archive.Find(old[^1], out _)!.Value;
        archive.Truncate(Range);
        Assert.Null(archive.Find(old[0], out _));
        Assert.All(held.ToBytes(), b => Assert.Equal((byte)(old.Length - 1), b));
        Assert.Equal(10_000, archive.Chunks);
        Assert.Equal(Range, archive.MinTime);
        Assert.NotNull(archive.Find(young[0], out _));
        Assert.True(Directory.GetFiles(_directory).Length < files + 1);
        archive.Truncate(2 * Range);
        Assert.Equal(long.MaxValue, archive.MinTime);
        Assert.InRange(Directory.GetFiles(_directory).Length, 0, 1);
    }

    [Fact]
    public void Files_of_a_process_before_are_removed()
    {
        File.WriteAllText(Path.Combine(_directory, "00000009.chunks"), "left");
        File.WriteAllText(Path.Combine(_directory, "notes"), "mine");
        ChunkArchive.Empty(_directory);
        Assert.Equal("notes", Path.GetFileName(Assert.Single(Directory.GetFiles(_directory))));
    }

    [Fact]
    public void Disk_that_takes_nothing_leaves_the_chunks_in_memory()
    {
        var gone = Path.Combine(_directory, "gone");
        var archive = new ChunkArchive(gone, Assert.Fail);
        Directory.Delete(gone);
        var addresses = Fill(archive, 0, 3000);
        Assert.All(archive.Find(addresses[5], out _)!.Value.ToBytes(), b => Assert.Equal((byte)5, b));
        Directory.CreateDirectory(gone);
        Fill(archive, 0, 3000);
        Assert.NotEmpty(Directory.GetFiles(gone));
        Assert.All(archive.Find(addresses[5], out _)!.Value.ToBytes(), b => Assert.Equal((byte)5, b));
    }

    [Fact]
    public void Fragments_that_are_given_back_are_used_again()
    {
        var pool = new FragmentPool();
        var (first, second) = (pool.Take(), pool.Take());
        pool.Link(first, second);
        pool.Payload(first).Fill(1);
        pool.Payload(second).Fill(2);
        var copy = new byte[FragmentPool.PayloadLength + 3];
        Assert.True(pool.TryCopy(first, copy));
        Assert.Equal([1, 2, 2, 2], copy[^4..]);
        Assert.False(pool.TryCopy(first, new byte[(2 * FragmentPool.PayloadLength) + 1]));
        pool.GiveBack(first, second);
        Assert.Equal([first, second], new[] { pool.Take(), pool.Take() });
        Assert.Equal(0u, pool.Next(second));
    }

    [Fact]
    public void Series_reads_the_same_whether_its_chunks_are_open_closed_or_in_files()
    {
        var memory = new HeadMemory(Range, _directory);
        var table = new SeriesTable(memory);
        HeadSeries[] series = [.. Enumerable.Range(1, 2000).Select(i => table.Create((uint)i))];
        for (var step = 0; step < 450; step++)
        {
            foreach (var one in series)
            {
                // Random bits, so that the samples are too many for memory.
                one.Append(step * 15_000L, BitConverter.Int64BitsToDouble(HashCode.Combine(one.Reference, step) * 0x9e3779b97f4aL), 1);
            }
        }
        Assert.NotEmpty(Directory.GetFiles(_directory));
        var walk = new ChunkWalk();
        foreach (var one in series)
        {
            var rows = new SampleColumns();
            foreach (var chunk in one.ChunksWithin(long.MinValue, long.MaxValue))
            {
                chunk.Read(long.MinValue, long.MaxValue, rows);
            }
            Assert.Equal(450, rows.Count);
            var fromCopies = new SampleColumns();
            walk.Within(one, long.MinValue, long.MaxValue).ForEach(chunk => chunk.Read(long.MinValue, long.MaxValue, fromCopies));
            Assert.Equal(rows.Timestamps, fromCopies.Timestamps);
            Assert.Equal(rows.Values.ToArray().Select(BitConverter.DoubleToInt64Bits), fromCopies.Values.ToArray().Select(BitConverter.DoubleToInt64Bits));
            for (var step = 0; step < 450; step++)
            {
                Assert.Equal(step * 15_000L, rows.Timestamps[step]);
                Assert.Equal(HashCode.Combine(one.Reference, step) * 0x9e3779b97f4aL, BitConverter.DoubleToInt64Bits(rows.Values[step]));
            }
        }
    }

    private static ulong[] Fill(ChunkArchive archive, long time, int chunks, int length = 2000)
    {
        var addresses = new ulong[chunks];
        for (var i = 0; i < chunks; i++)
        {
            addresses[i] = archive.Add(i == 0 ? 0 : addresses[i - 1], ChunkKind.Float, time + i, time + i + 10, time + Range, 7, length, out var bytes);
            bytes.Fill((byte)i);
        }
        return addresses;
    }
}
