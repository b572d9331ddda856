using System.Buffers;
using System.Text;
using Touchline.Collectors.Host;

namespace Touchline.Collectors.Tests.Host;

public sealed class FamilyTableTests
{
    [Fact]
    public void Samples_come_by_family_in_order_of_names()
    {
        var table = new FamilyTable();
        table.Gauge("b", "second", 1, "device", "x");
        table.Counter("a_total", "first", 2, "device", "x");
        table.Gauge("b", "second", 3, "device", "y");

        Assert.Equal(
            "# HELP a_total first\n# TYPE a_total counter\na_total{device=\"x\"} 2\n# HELP b second\n# TYPE b gauge\nb{device=\"x\"} 1\nb{device=\"y\"} 3\n",
            Text(table));
    }

    [Fact]
    public void Series_that_comes_twice_counts_once()
    {
        var table = new FamilyTable();
        table.Gauge("a", "", 1, "device", "x");
        table.Gauge("a", "", 2, "device", "x");
        table.Gauge("a", "", 3, "device", "y");

        Assert.Equal("# TYPE a gauge\na{device=\"x\"} 1\na{device=\"y\"} 3\n", Text(table));
    }

    [Fact]
    public void Names_without_end_are_refused()
    {
        var table = new FamilyTable();

        Assert.Throws<FormatException>(() =>
        {
            for (var i = 0; i < 100_000; i++)
            {
                table.Gauge($"metric_{i}", "", i);
            }
        });
    }

    private static string Text(FamilyTable table)
    {
        var buffer = new ArrayBufferWriter<byte>();
        table.WriteTo(new TextMetricWriter(buffer, TextMetricFormat.Prometheus));
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
