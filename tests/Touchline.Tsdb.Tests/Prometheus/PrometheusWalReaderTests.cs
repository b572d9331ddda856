using CsCheck;
using Touchline.Tsdb.Prometheus;

namespace Touchline.Tsdb.Tests.Prometheus;

public sealed class PrometheusWalReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-prometheus-log-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(16)]
    public void Records_of_any_length_come_back(byte compression)
    {
        var random = new Random(7);
        var records = Enumerable.Range(0, 60).Select(i => Record(random, i % 10 == 0 ? random.Next(200_000) : random.Next(5000))).ToList();
        var file = new LogFile((LogCompression)compression);
        records.ForEach(record => file.Add(record));
        var damage = new List<string>();
        Assert.Equal(records.Select(Convert.ToHexString), Read(file.Save(_folder, 0), damage));
        Assert.Empty(damage);
    }

    [Fact]
    public void Behind_damage_records_are_found_again_in_the_next_page()
    {
        var random = new Random(7);
        var records = Enumerable.Range(0, 100).Select(_ => Record(random, 1000)).ToList();
        var file = new LogFile();
        records.ForEach(record => file.Add(record));
        var path = file.Save(_folder, 0);
        var bytes = File.ReadAllBytes(path);
        bytes[(32 * 1024) + 5000] ^= 1;
        File.WriteAllBytes(path, bytes);
        var damage = new List<string>();
        var read = Read(path, damage);
        Assert.InRange(read.Count, 65, 75); // The second page of four loses what is behind the damage, and the record that goes on into the third.
        Assert.Equal(Convert.ToHexString(records[^1]), read[^1]);
        Assert.Contains(path, Assert.Single(damage), StringComparison.Ordinal);
    }

    [Fact]
    public void Record_that_is_being_written_is_no_damage()
    {
        var file = new LogFile().Add(new byte[100]).Add(new byte[200]);
        var path = Path.Combine(_folder, "00000000");
        File.WriteAllBytes(path, file.ToArray()[..^50]);
        var damage = new List<string>();
        Assert.Single(Read(path, damage));
        Assert.Empty(damage);
    }

    [Fact]
    public void Noise_is_told_and_never_crashes()
    {
        var random = new Random(5);
        var file = new LogFile(LogCompression.Zstd);
        for (var i = 0; i < 20; i++)
        {
            file.Add(Record(random, random.Next(4000)));
        }
        var whole = file.ToArray();
        var path = Path.Combine(_folder, "00000000");
        Gen.Select(Gen.Select(Gen.Int[0, 1 << 20], Gen.Byte).Array[1, 5], Gen.Int[0, 1 << 20]).Sample((noise, cut) =>
        {
            var bytes = (byte[])whole.Clone();
            foreach (var (at, value) in noise)
            {
                bytes[at % bytes.Length] = value;
            }
            File.WriteAllBytes(path, bytes[..(cut % bytes.Length)]);
            Assert.InRange(Read(path, []).Count, 0, 20);
        }, iter: 500, threads: 1);
    }

    private static byte[] Record(Random random, int length)
    {
        var record = new byte[length + 1];
        random.NextBytes(record.AsSpan(0, (length / 2) + 1)); // The other half packs well.
        return record;
    }

    private static List<string> Read(string path, List<string> damage)
    {
        using var reader = new PrometheusWalReader(path, damage.Add);
        var records = new List<string>();
        while (reader.Next(out var record))
        {
            records.Add(Convert.ToHexString(record));
        }
        return records;
    }
}
