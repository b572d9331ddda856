using System.Text;
using CsCheck;

namespace Touchline.Configuration.Tests;

/// <summary>Files that nobody wrote in good faith, or that something else wrote: always an answer, never an exception.</summary>
public sealed class HostileInputTests
{
    [Fact]
    public void Invalid_utf8_is_said_at_its_place()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("p.yml", [.. "global: {}\nä: "u8, 0xff, .. "x"u8]);

        var result = PrometheusConfigLoader.Load(path, strict: false);

        Assert.Null(result.Config);
        var finding = Assert.Single(result.Diagnostics);
        Assert.Equal((2, 4), (finding.Line, finding.Column));
        Assert.Contains("invalid UTF-8", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Byte_order_mark_is_skipped()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("p.yml", [.. Encoding.UTF8.Preamble, .. "global: { scrape_interval: 5s }"u8]);

        Assert.Equal(5_000, PrometheusConfigLoader.Load(path, strict: true).Config!.Global.ScrapeIntervalMs);
    }

    [Fact]
    public void Control_character_is_said_at_its_place()
    {
        var finding = Assert.Single(Parse("global: {}\nab\0: 1").Diagnostics);

        Assert.Equal((2, 3), (finding.Line, finding.Column));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Deep_nesting_is_refused(string level)
    {
        var result = Parse(string.Concat(Enumerable.Repeat(level, 20_000)));

        Assert.Null(result.Config);
        Assert.True(result.HasErrors);
    }

    [Fact]
    public void Empty_file_is_accepted_with_a_warning()
    {
        var result = Parse("");

        Assert.Empty(result.Config!.ScrapeConfigs);
        Assert.Equal(ConfigSeverity.Warning, Assert.Single(result.Diagnostics).Severity);
    }

    [Fact]
    public void Findings_are_bounded()
    {
        var yaml = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"unknown_{i}: 1\n"));

        Assert.Equal(1_001, Parse(yaml).Diagnostics.Count);
    }

    [Fact]
    public void Folder_in_place_of_a_file_is_an_error()
    {
        Assert.True(PrometheusConfigLoader.Load(Fixture.Folder, strict: false).HasErrors);
    }

    [Fact]
    public void Any_damage_to_a_good_file_gives_an_answer()
    {
        var good = File.ReadAllText(Fixture.Path("everything.yml"));
        const string Spice = "\t\n :-[]{}&*#'\"|>!%@`,?<~\0é1a";
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, 6], Gen.Int[0, Spice.Length - 1]).Sample((at, removed, spice) =>
        {
            var damaged = good.Remove(at, Math.Min(removed, good.Length - at)).Insert(at, Spice[spice].ToString());
            var result = Parse(damaged);
            Assert.True(result.Config is not null || result.HasErrors);
            Assert.All(result.Diagnostics, d => Assert.True(d.Line <= damaged.Count(c => c == '\n') + 2));
        }, iter: 3_000);
    }

    private static ConfigLoadResult Parse(string yaml) => PrometheusConfigLoader.Parse(yaml, "p.yml", strict: false);
}
