using System.Text;
using Microsoft.Extensions.Time.Testing;
using Touchline.Push.Groups;
using Touchline.Scraping.Families;

namespace Touchline.Push.Tests.Groups;

public sealed class PushGroupsTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_000));
    private readonly PushGroups _groups;

    public PushGroupsTests() => _groups = new PushGroups(new PushOptions { MaxSeries = 20 }, _time);

    [Fact]
    public void Put_replaces_the_group_and_post_only_families_of_the_same_name()
    {
        Assert.Equal("", Push("job/a", "x 1\ny 1\n", replace: true));
        Assert.Equal("", Push("job/a", "y 2\n", replace: false));
        Assert.Equal(["x{instance=,job=a} 1", "y{instance=,job=a} 2"], Pushed());
        Assert.Equal("", Push("job/a", "y 3\n", replace: true));
        Assert.Equal(["y{instance=,job=a} 3"], Pushed());
    }

    [Fact]
    public void Labels_of_the_group_stand_over_those_of_the_metric()
    {
        Push("job/a/zone/b", "x{job=\"other\",zone=\"other\",instance=\"i\"} 1\n", replace: true);
        Assert.Equal(["x{instance=i,job=a,zone=b} 1"], Pushed());
    }

    [Fact]
    public void Groups_tell_when_they_were_pushed_to_and_when_that_failed()
    {
        Push("job/a", "x 1\n", replace: true);
        Assert.True(_groups.Snapshot().Single().LastPushSucceeded);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.NotEqual("", Push("job/a", "x 1 123\n", replace: true));
        var group = _groups.Snapshot().Single();
        Assert.False(group.LastPushSucceeded);
        Assert.Equal(1000, group.Families[PushGroup.PushTime].Family.Metrics[0].Value);
        Assert.Equal(1005, group.Families[PushGroup.FailureTime].Family.Metrics[0].Value);
        Assert.Equal(["x{instance=,job=a} 1"], Pushed());
        _time.Advance(TimeSpan.FromSeconds(5));
        Push("job/a", "x 2\n", replace: true);
        Assert.True(_groups.Snapshot().Single().LastPushSucceeded);
    }

    [Theory]
    [InlineData("x 1 123\n", "pushed metrics must not have timestamps")]
    [InlineData("# TYPE known counter\nknown 1\n", "collected metric \"known\" { label:{name:\"instance\" value:\"\"} label:{name:\"job\" value:\"a\"} counter:{value:1}} is not a GAUGE")]
    [InlineData("x{a=\"b\"} 1\nx{a=\"b\"} 2\n", "collected metric \"x\" { label:{name:\"a\" value:\"b\"} label:{name:\"instance\" value:\"\"} label:{name:\"job\" value:\"a\"} untyped:{value:2}} was collected before with the same name and label values")]
    [InlineData("# TYPE known_sum histogram\nknown_sum_sum 1\n", "")]
    [InlineData("# TYPE h gauge\nh 1\n# TYPE h_count gauge\nh_count 1\n", "")]
    public void What_does_not_fit_what_others_pushed_is_refused(string body, string error)
    {
        Assert.Equal("", Push("job/other", "# TYPE known gauge\nknown 1\n", replace: true));
        var expected = error.Length == 0 ? "" : "pushed metrics are invalid or inconsistent with existing metrics: " + error;
        Assert.Equal(expected, Push("job/a", body, replace: true));
    }

    [Fact]
    public void A_series_of_another_group_cannot_be_pushed_again()
    {
        Assert.Equal("", Push("job/a", "x{instance=\"i\"} 1\n", replace: true));
        Assert.EndsWith("was collected before with the same name and label values", Push("job/a/instance/i", "x 1\n", replace: true), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_a_histogram_takes_is_no_other_metrics()
    {
        Push("job/a", "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n", replace: true);
        Assert.EndsWith(
            "collected metric named \"h_count\" collides with previously collected histogram named \"h\"", Push("job/b", "h_count 1\n", replace: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Push_times_cannot_be_pushed()
    {
        Assert.Equal("", Push("job/a", "push_time_seconds 5\n", replace: true));
        Assert.Equal(1000, _groups.Snapshot().Single().Families[PushGroup.PushTime].Family.Metrics.Single().Value);
    }

    [Fact]
    public void Series_are_bounded_and_deleting_makes_room()
    {
        var body = string.Concat(Enumerable.Range(0, 18).Select(i => $"x{{i=\"{i}\"}} 1\n"));
        Assert.Equal("", Push("job/a", body, replace: true));
        Assert.Equal(20, _groups.SeriesCount);
        Assert.Contains("at most 20 series", Push("job/b", "y 1\n", replace: true), StringComparison.Ordinal);
        Assert.Single(_groups.Snapshot());
        Delete("job/a");
        Assert.Equal(0, _groups.SeriesCount);
        Assert.Equal("", Push("job/b", "y 1\n", replace: true));
    }

    [Fact]
    public void Text_is_bounded_and_given_back()
    {
        var groups = new PushGroups(new PushOptions { MaxTextCharacters = 2000 }, _time);
        GroupingKey.TryParse("job/a", out var key, out _);
        IReadOnlyList<MetricFamily> Long() => FamilyTextParser.Parse(Encoding.UTF8.GetBytes($"x{{a=\"{new string('b', 1500)}\"}} 1\n"));
        Assert.Equal("", groups.Push(key!, Long(), replace: true));
        Assert.Equal("", groups.Push(key!, Long(), replace: true));
        GroupingKey.TryParse("job/b", out var other, out _);
        Assert.Contains("at most 2000 characters", groups.Push(other!, Long(), replace: true), StringComparison.Ordinal);
        groups.Delete(key!);
        Assert.Equal("", groups.Push(other!, Long(), replace: true));
    }

    [Fact]
    public void Deleting_and_wiping_take_groups_away()
    {
        Push("job/a", "x 1\n", replace: true);
        Push("job/b", "x 1\n", replace: true);
        Delete("job/a");
        Delete("job/nobody");
        Assert.Equal(["x{instance=,job=b} 1"], Pushed());
        _groups.Wipe();
        Assert.Empty(_groups.Families());
        Assert.Equal(0, _groups.SeriesCount);
    }

    private string Push(string path, string body, bool replace)
    {
        Assert.True(GroupingKey.TryParse(path, out var key, out _));
        return _groups.Push(key!, FamilyTextParser.Parse(Encoding.UTF8.GetBytes(body)), replace);
    }

    private void Delete(string path)
    {
        Assert.True(GroupingKey.TryParse(path, out var key, out _));
        _groups.Delete(key!);
    }

    /// <summary>The series that were pushed, without those that tell of pushes.</summary>
    private List<string> Pushed() =>
    [
        .. _groups.Families().Where(f => !f.Name.StartsWith("push_", StringComparison.Ordinal))
            .SelectMany(f => f.Metrics.Select(m => $"{f.Name}{{{string.Join(',', m.Labels.Select(l => $"{l.Name}={l.Value}"))}}} {m.Value}")),
    ];
}
