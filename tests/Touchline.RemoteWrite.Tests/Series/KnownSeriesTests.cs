using Microsoft.Extensions.Time.Testing;
using Touchline.RemoteWrite.Series;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Tests.Series;

public sealed class KnownSeriesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Series_are_found_again_while_the_table_grows()
    {
        var known = new KnownSeries(1_000_000, _time);
        for (uint i = 1; i <= 50_000; i++)
        {
            known.Set(Hash(i), new SeriesRef(i), known.Now());
        }
        for (uint i = 1; i <= 50_000; i++)
        {
            Assert.Equal(i, known.Find(Hash(i), known.Now()).Value);
        }
        Assert.True(known.Find(Hash(50_001), known.Now()).IsNone);
    }

    [Fact]
    public void Hash_that_shares_its_lower_half_is_another_series()
    {
        var known = new KnownSeries(1000, _time);
        known.Set(new UInt128(1UL << 20, 7), new SeriesRef(1), known.Now());
        Assert.True(known.Find(new UInt128(1UL << 21, 7), known.Now()).IsNone);
    }

    [Fact]
    public void Idle_series_are_forgotten_when_room_is_needed_and_others_stay()
    {
        var known = new KnownSeries(3000, _time);
        for (uint i = 1; i <= 2800; i++)
        {
            known.Set(Hash(i), new SeriesRef(i), known.Now());
        }
        _time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(1u, known.Find(Hash(1), known.Now()).Value);
        for (uint i = 10_001; i <= 12_000; i++)
        {
            known.Set(Hash(i), new SeriesRef(i), known.Now());
        }
        Assert.Equal(2001, known.Count);
        Assert.Equal(1u, known.Find(Hash(1), known.Now()).Value);
        Assert.True(known.Find(Hash(2), known.Now()).IsNone);
    }

    [Fact]
    public void Table_that_is_full_of_living_series_takes_no_more()
    {
        var known = new KnownSeries(2000, _time);
        for (uint i = 1; i <= 20_000; i++)
        {
            known.Set(Hash(i), new SeriesRef(i), known.Now());
        }
        Assert.InRange(known.Count, 2000, 6000);
        Assert.Equal(1u, known.Find(Hash(1), known.Now()).Value);
    }

    private static UInt128 Hash(uint i) => System.IO.Hashing.XxHash128.HashToUInt128(BitConverter.GetBytes(i));
}
