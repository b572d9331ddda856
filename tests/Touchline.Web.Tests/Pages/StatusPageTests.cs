using Bunit;
using Touchline.Web.Shell;
using Touchline.Web.Status;
using Touchline.Web.Tests.Fakes;
using Touchline.Web.Views;

namespace Touchline.Web.Tests.Pages;

public sealed class StatusPageTests : PageTest
{
    [Fact]
    public void A_healthy_store_is_called_healthy() => Assert.Contains("Healthy", Render<StatusPage>().Markup);

    [Fact]
    public void Times_are_left_to_the_browser_and_in_UTC_without_one()
    {
        var started = Render<StatusPage>().Find("tl-time");

        Assert.Equal($"{TestClock.StartMs}", started.GetAttribute("ms"));
        Assert.Equal("2026-03-01 12:00:00 UTC", started.TextContent);
    }

    [Fact]
    public void Refusing_damage_and_findings_are_named()
    {
        Views.Snapshot = Views.Snapshot with
        {
            RefusingBecause = "no space left on device",
            Damage = ["block 01A: chunk file cut off"],
            ConfigFindings = ["prometheus.yml:3:1: warning: unknown key"],
            SamplesRefused = new Dictionary<string, long> { ["out_of_order"] = 12, ["too_old"] = 0 },
        };

        var text = Render<StatusPage>().Markup;

        Assert.Contains("Refusing samples", text);
        Assert.Contains("no space left on device", text);
        Assert.Contains("block 01A: chunk file cut off", text);
        Assert.Contains("prometheus.yml:3:1", text);
        Assert.Contains("out of order", text);
        Assert.DoesNotContain("too old", text);
    }

    [Fact]
    public void Retention_policies_are_shown_in_their_order_with_what_holds_for_all_others()
    {
        Views.Snapshot = Views.Snapshot with
        {
            Retention = new RetentionSnapshot
            {
                SizeBytes = 1L << 30,
                HeldBack = "ages count from earlier",
                Policies =
                [
                    new RetentionPolicyView(["job=\"node\"", "__name__=~\"node_.*\""], null, [new DownsamplingView("30d", "5m"), new DownsamplingView("180d", "1h")]),
                    new RetentionPolicyView([], "15d", []),
                ],
            },
        };

        var section = Render<StatusPage>().FindComponent<RetentionSection>();

        Assert.Contains("at most 1 GiB", section.Markup);
        Assert.Contains("Held back", section.Markup);
        Assert.Contains("ages count from earlier", section.Markup);
        Assert.Equal(
            ["job=\"node\"", "__name__=~\"node_.*\"", "5m after 30d", "1h after 180d"], section.FindAll("tbody div").Select(line => line.TextContent.Trim()));
        Assert.Equal(["forever", "15d"], section.FindAll("tbody td:nth-child(2)").Select(cell => cell.TextContent.Trim()));
        Assert.Contains("every other", section.FindAll("tbody tr")[1].TextContent);

        Views.Snapshot = Views.Snapshot with { Retention = new RetentionSnapshot { IsSwitchedOff = true } };
        Assert.Contains("Switched off", Render<StatusPage>().FindComponent<RetentionSection>().Markup);
    }

    [Fact]
    public void Room_on_disk_and_metrics_that_nobody_reads_are_shown()
    {
        Assert.Contains("Every metric was read.", Render<StatusPage>().Markup);
        Views.Heaviest = Views.Heaviest with
        {
            DiskBytes = [KeyValuePair.Create("heavy_total", 4096L)],
            UnreadMetrics = [new UnreadMetricView("debug_total", 12, 2048, TestClock.Start), new UnreadMetricView("other_total", 3, 0, null)],
            UnreadCount = 7,
            UnreadDays = 30,
            ReadsObservedSince = TestClock.Start.AddDays(-31),
        };

        var page = Render<StatusPage>();

        Assert.Contains("heavy_total", page.Markup);
        Assert.Contains("4 KiB", page.Markup);
        Assert.Contains("no query in 30 days", page.Markup);
        var rows = page.FindComponent<UnreadSection>().FindAll("tbody tr");
        Assert.Equal(["debug_total", "12", "2 KiB"], rows[0].QuerySelectorAll("td").Take(3).Select(cell => cell.TextContent.Trim()));
        Assert.Contains("not since noted", rows[1].TextContent);
        Assert.Contains("and 5 more", page.Markup);
    }

    [Fact]
    public void Metrics_that_nobody_reads_are_said_for_as_long_as_reads_were_noted_and_not_in_the_first_day()
    {
        Views.Heaviest = Views.Heaviest with
        {
            UnreadMetrics = [new UnreadMetricView("other_total", 3, 0, null)],
            UnreadCount = 1,
            UnreadDays = 30,
            ReadsObservedSince = TestClock.Start.AddHours(-50),
        };
        var young = Render<StatusPage>().FindComponent<UnreadSection>();
        Assert.Contains("no query in 2d 2h", young.Markup);
        Assert.DoesNotContain("30 days", young.Markup);
        Assert.Single(young.FindAll("tbody tr"));

        Views.Heaviest = Views.Heaviest with { ReadsObservedSince = TestClock.Start.AddSeconds(-5) };
        var justStarted = Render<StatusPage>().FindComponent<UnreadSection>();
        Assert.Contains("Reads have been noted for 5s.", justStarted.Markup);
        Assert.Empty(justStarted.FindAll("tbody tr"));
    }

    [Fact]
    public void Budgets_and_what_they_refused_are_named()
    {
        Assert.DoesNotContain("Series budgets", Render<StatusPage>().Markup);
        Views.Heaviest = Views.Heaviest with
        {
            Budgets = [new BudgetView("total", "", 900, 1000), new BudgetView("job", "shop", 50, 200)],
            Refusals = [new RefusalView("carts", "shop", "total", "session", 850, 73_000, 120_000, TestClock.Start)],
        };

        var rows = Render<BudgetSection>(p => p
            .Add(s => s.Budgets, Views.Heaviest.Budgets).Add(s => s.Refusals, Views.Heaviest.Refusals).Add(s => s.MetricHref, name => $"#{name}")).FindAll("tbody tr");

        Assert.Contains("Series budgets", Render<StatusPage>().Markup);
        Assert.Equal(["all series", "900", "1\u2009000", "90 %"], rows[0].Children.Select(c => c.TextContent));
        Assert.Equal(["job shop", "50", "200", "25 %"], rows[1].Children.Select(c => c.TextContent));
        Assert.Equal(
            ["carts", "shop", "session 850 values", "all series", "73\u2009000", "120\u2009000", "2026-03-01 12:00:00 UTC"],
            rows[2].Children.Select(c => c.TextContent));
        Assert.Equal("#carts", rows[2].QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public void The_banner_shows_nothing_while_all_is_well() =>
        Assert.Empty(Render<StatusBanner>(p => p.Add(b => b.Status, Views.Snapshot)).Markup.Trim());

    [Fact]
    public void The_banner_says_that_samples_are_refused_and_that_a_configuration_was_not_applied()
    {
        var status = Views.Snapshot with { RefusingBecause = "disk full", ConfigError = "a.yml:1:2: bad" };

        var banners = Render<StatusBanner>(p => p.Add(b => b.Status, status)).FindAll("[role=alert]");

        Assert.Equal(2, banners.Count);
        Assert.Contains("disk full", banners[0].TextContent);
        Assert.Contains("a.yml:1:2: bad", banners[1].TextContent);
    }
}
