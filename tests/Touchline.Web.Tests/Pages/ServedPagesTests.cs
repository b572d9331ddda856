using System.Net;
using System.Text.RegularExpressions;
using Touchline.Web.Tests.Fakes;

namespace Touchline.Web.Tests.Pages;

public sealed partial class ServedPagesTests : IAsyncDisposable
{
    private readonly WebServer _server = new();

    [Theory]
    [InlineData("/", "Overview")]
    [InlineData("/explore?q=up", "Explore")]
    [InlineData("/explore?q=sum(&tab=table", "Explore")]
    [InlineData("/targets?filter=%3Cscript%3E", "Targets")]
    [InlineData("/discovery?filter=%3Cscript%3E&page=-3&state=7", "Service discovery")]
    [InlineData("/explore?q=up&tab=explain", "Explore")]
    [InlineData("/queries", "Queries")]
    [InlineData("/containers?state=failing", "Containers")]
    [InlineData("/status?from=nonsense", "Status")]
    public async Task Every_page_is_complete_before_any_script_runs(string path, string title)
    {
        using var response = await _server.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains($">{title}</h1>", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Pages_forbid_scripts_that_are_not_files_of_ours()
    {
        using var response = await _server.GetAsync("/");
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();

        Assert.Contains("script-src 'self';", policy);
        Assert.DoesNotMatch(InlineScript(), await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Everything_a_page_names_is_served_by_us()
    {
        using var response = await _server.GetAsync("/");
        var names = AssetName().Matches(await response.Content.ReadAsStringAsync()).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).ToArray();

        Assert.True(names.Length >= 9);
        foreach (var name in names)
        {
            Assert.DoesNotContain("//", name);
            using var asset = await _server.GetAsync(name);
            Assert.True(asset.IsSuccessStatusCode, name);
            Assert.NotEmpty(await asset.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("_content/Touchline.Web/vizor-echarts-bundle-min.js")]
    [InlineData("_content/Touchline.Web/js/touchline.js")]
    [InlineData("_content/Touchline.Web/js/charts.js")]
    [InlineData("_content/Touchline.Web/js/editor.js")]
    public async Task Modules_are_served(string path)
    {
        using var asset = await _server.GetAsync(path);

        Assert.Equal("text/javascript", asset.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(await asset.Content.ReadAsByteArrayAsync());
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [GeneratedRegex("<script(?![^>]* src=)", RegexOptions.IgnoreCase)]
    private static partial Regex InlineScript();

    [GeneratedRegex("<(?:script|link|img)[^>]* (?:src|href)=\"([^\"]+)\"", RegexOptions.IgnoreCase)]
    private static partial Regex AssetName();
}
