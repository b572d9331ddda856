using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Touchline.Web.Containers;
using Touchline.Web.Tests.Fakes;
using Touchline.Web.Views;

namespace Touchline.Web.Tests.Pages;

public sealed class ContainersPageTests : PageTest
{
    public ContainersPageTests()
    {
        Views.ContainerList.Add(Container("web", ContainerCondition.Running) with
        {
            CgroupPath = "/docker/\"web",
            CpuCores = 0.25,
            CpuLimitCores = 0.5,
            MemoryBytes = 60 * 1024 * 1024,
            MemoryLimitBytes = 64 * 1024 * 1024,
            StartedAt = TestClock.Start.AddMinutes(-5),
        });
        Views.ContainerList.Add(Container("worker", ContainerCondition.Failing) with
        {
            State = "Restarting",
            Restarts = 12,
            LastExitCode = 137,
            IsOomKilled = true,
            FinishedAt = TestClock.Start.AddSeconds(-30),
            LastLines = ["loading everything", "<b>Killed</b>"],
        });
        Views.ContainerList.Add(Container("batch", ContainerCondition.Stopped) with { State = "Exited", LastExitCode = 0 });
    }

    [Fact]
    public void Failing_containers_come_first_with_their_end_and_last_lines()
    {
        var rows = Render<ContainersPage>().FindAll("tbody");

        Assert.Equal(["worker", "web", "batch"], rows.Select(row => row.QuerySelector(".tl-container-name > :first-child")!.TextContent));
        Assert.Contains("out of memory", rows[0].TextContent);
        Assert.Contains("30s ago", rows[0].TextContent);
        Assert.Contains("12", rows[0].QuerySelector("[data-title=Restarts]")!.TextContent);
        Assert.Equal("loading everything\n<b>Killed</b>", rows[0].QuerySelector("pre")!.TextContent);
        Assert.Empty(rows[0].QuerySelectorAll("b"));
        Assert.True(rows[0].QuerySelector("details")!.HasAttribute("open"));
    }

    [Fact]
    public void Use_stands_against_limits()
    {
        var web = Render<ContainersPage>().FindAll("tbody")[1];

        Assert.Contains("60 MiB", web.TextContent);
        Assert.Contains("60 MiB of 64 MiB", web.TextContent);
        Assert.Equal(["50", "94"], web.QuerySelectorAll("[role=meter]").Select(meter => meter.GetAttribute("aria-valuenow")));
        Assert.Contains(Uri.EscapeDataString("id=\"/docker/\\\"web\""), web.QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public void The_filter_of_the_address_holds()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("containers?state=running&filter=IMAGE-WEB");

        Assert.Equal("web", Assert.Single(Render<ContainersPage>().FindAll("tbody")).QuerySelector("a")!.TextContent);
    }

    [Fact]
    public void Machine_without_containers_says_what_would_show()
    {
        Views.ContainerList.Clear();

        Assert.Contains("No container runs on this host", Render<ContainersPage>().Markup);
        Views.IsWatched = false;
        Assert.Contains("--no-collector.containers", Render<ContainersPage>().Markup);
    }

    private static ContainerView Container(string name, ContainerCondition condition) => new()
    {
        Id = name.PadRight(64, '0'),
        Name = name,
        Image = "image-" + name,
        Runtime = "docker",
        State = condition.ToString(),
        Condition = condition,
    };
}
