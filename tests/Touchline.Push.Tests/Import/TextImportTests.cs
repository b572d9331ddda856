using System.Text;
using Touchline.Model;
using Touchline.Push.Import;
using Touchline.Storage;
using Touchline.Storage.InMemory;

namespace Touchline.Push.Tests.Import;

public sealed class TextImportTests
{
    private readonly InMemoryStore _store = new();

    [Fact]
    public void What_is_good_is_stored_and_bad_lines_are_named()
    {
        var result = Import("# HELP x help\n# TYPE x counter\nx{a=\"b\"} 1 5000\r\nthis is bad\n\nx{a=\"c\"} one\n# TYPE y frob\ny 2\n", []);
        Assert.Equal((2, 2), (result.Stored, result.Refused));
        Assert.Equal(["line 4: ", "line 6: "], result.Errors.Select(e => e[..8]));
        Assert.Equal(["x{a=\"b\"} 1@5000", "y 2@9000"], Stored());
    }

    [Fact]
    public void Extra_labels_stand_over_those_of_a_line_and_empty_ones_take_them_away()
    {
        Import("x{a=\"b\",c=\"d\"} 1\n", [new Label("a", "extra"), new Label("c", ""), new Label("e", "f")]);
        Assert.Equal(["x{a=\"extra\", e=\"f\"} 1@9000"], Stored());
    }

    [Fact]
    public void A_last_line_without_its_end_is_read()
    {
        Assert.Equal(1, Import("x 1", []).Stored);
        Assert.Equal(0, Import("", []).Stored);
    }

    [Fact]
    public void Only_the_first_errors_are_named_and_all_are_counted()
    {
        var result = Import(string.Concat(Enumerable.Repeat("!\n", 1000)), []);
        Assert.Equal((1000, 20), (result.Refused, result.Errors.Count));
    }

    private ImportResult Import(string body, IReadOnlyList<Label> labels) => new TextImport(_store).Import(Encoding.UTF8.GetBytes(body), labels, timestampMs: 9000);

    private List<string> Stored()
    {
        using var querier = _store.OpenQuerier(0, 10_000);
        var stored = new List<string>();
        foreach (var series in querier.Select([new LabelMatcher(Touchline.Model.MatchType.RegexMatch, "__name__", ".+")], sorted: true, CancellationToken.None))
        {
            var columns = new SampleColumns();
            series.Read(0, 10_000, columns);
            stored.AddRange(Enumerable.Range(0, columns.Count).Select(i => $"{series.Labels} {columns.Values[i]}@{columns.Timestamps[i]}"));
        }
        return stored;
    }
}
