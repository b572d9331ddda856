using Touchline.Health;

namespace Touchline.Tests.Health;

public sealed class ServiceHistoryTests
{
    private const long Gap = 60_000;

    private readonly ServiceHistory _history = new(Gap);

    [Fact]
    public void Nothing_is_known_where_nobody_looked()
    {
        Assert.Null(_history.IsUp(1_000));
        Assert.Null(_history.Since());
        Assert.Null(_history.Uptime(0, 1_000, 1_000));
        Assert.Empty(_history.Incidents(10));
    }

    [Fact]
    public void Finding_holds_until_the_next()
    {
        Add("+0 +10 -20 -30 +40");

        Assert.True(_history.IsUp(45_000));
        Assert.Equal(40_000, _history.Since());
        Assert.Equal([new Incident(20_000, 40_000, "r20")], _history.Incidents(10));
        // Up 0 to 20 and 40 to 50 of 50.
        Assert.Equal(0.6, _history.Uptime(0, 50_000, 50_000)!.Value, 9);
    }

    [Fact]
    public void Service_that_is_still_down_has_an_incident_without_an_end()
    {
        Add("+0 -10 -20");

        Assert.False(_history.IsUp(25_000));
        Assert.Equal(10_000, _history.Since());
        Assert.Equal([new Incident(10_000, null, "r10")], _history.Incidents(10));
        Assert.Equal(0.4, _history.Uptime(0, 25_000, 25_000)!.Value, 9);
    }

    [Fact]
    public void Time_that_nobody_saw_counts_neither_way()
    {
        Add("+0 +10 -500 -510");

        Assert.Equal(0.5, _history.Uptime(0, 510_000, 510_000)!.Value, 9);
        Assert.Null(_history.Uptime(100_000, 400_000, 510_000));
    }

    [Fact]
    public void Old_finding_says_nothing_of_now()
    {
        Add("+0 +10");

        Assert.True(_history.IsUp(10_000 + Gap));
        Assert.Null(_history.IsUp(10_001 + Gap));
        Assert.Equal(0, _history.Since());
    }

    [Fact]
    public void Down_before_and_behind_a_gap_is_one_incident()
    {
        Add("+0 -10 -500 +510");

        Assert.Equal([new Incident(10_000, 510_000, "r10")], _history.Incidents(10));
    }

    [Fact]
    public void Incidents_are_told_newest_first_and_no_more_than_wanted()
    {
        Add("-0 +10 -20 +30 -40 +50");

        Assert.Equal([40_000, 20_000], _history.Incidents(2).Select(incident => incident.FromMs));
        Assert.Equal(3, _history.Incidents(10).Count);
    }

    [Fact]
    public void What_is_forgotten_is_gone()
    {
        Add("-0 +10 -20 +30 +40");

        _history.Forget(25_000);

        Assert.Equal([new Incident(20_000, 30_000, "r20")], _history.Incidents(10));
    }

    [Fact]
    public void Service_that_turns_all_the_time_takes_bounded_memory()
    {
        for (var i = 0; i < 100_000; i++)
        {
            _history.Add(i * 1_000, i % 2 == 0, "");
        }

        Assert.InRange(_history.Incidents(int.MaxValue).Count, 1_000, 10_000);
        Assert.Equal(0.5, _history.Uptime(99_000_000, 100_000_000, 99_999_000)!.Value, 2);
    }

    /// <summary>Findings as +SECONDS and -SECONDS.</summary>
    private void Add(string findings)
    {
        foreach (var finding in findings.Split(' '))
        {
            _history.Add(long.Parse(finding.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) * 1000, finding[0] == '+', "r" + finding[1..]);
        }
    }
}
