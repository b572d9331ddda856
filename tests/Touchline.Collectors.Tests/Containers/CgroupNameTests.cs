using Touchline.Collectors.Containers.Cgroups;

namespace Touchline.Collectors.Tests.Containers;

public sealed class CgroupNameTests
{
    private const string Id = "4f1c0ffee0000000000000000000000000000000000000000000000000000001";

    [Theory]
    [InlineData($"/docker/{Id}", CgroupKind.Docker, Id)]
    [InlineData($"/system.slice/docker-{Id}.scope", CgroupKind.Docker, Id)]
    [InlineData($"/user.slice/user-1000.slice/user@1000.service/user.slice/docker-{Id}.scope", CgroupKind.Docker, Id)]
    [InlineData($"/my-parent.slice/docker-{Id}.scope", CgroupKind.Docker, Id)]
    [InlineData($"/docker/{Id}/docker/{Id}", CgroupKind.Docker, Id)]
    [InlineData($"/kubepods/burstable/pod1f0c/{Id}", CgroupKind.Containerd, Id)]
    [InlineData($"/kubepods.slice/kubepods-pod1f0c.slice/cri-containerd-{Id}.scope", CgroupKind.Containerd, Id)]
    [InlineData($"/kubepods.slice/kubepods-pod1f0c.slice/crio-{Id}.scope", CgroupKind.CriO, Id)]
    [InlineData($"/kubepods.slice/kubepods-pod1f0c.slice/docker-{Id}.scope", CgroupKind.Docker, Id)]
    [InlineData($"/system.slice/containerd.service/kubepods-besteffort-pod1f0c.slice:cri-containerd:{Id}", CgroupKind.Containerd, Id)]
    [InlineData($"/machine.slice/libpod-{Id}.scope", CgroupKind.Podman, Id)]
    [InlineData($"/libpod_parent/libpod-{Id}", CgroupKind.Podman, Id)]
    [InlineData($"/default/{Id}", CgroupKind.Containerd, Id)]
    [InlineData($"/system.slice/nerdctl-{Id}.scope", CgroupKind.Containerd, Id)]
    [InlineData("/lxc/web", CgroupKind.Lxc, "web")]
    [InlineData("/lxc.payload.web", CgroupKind.Lxc, "web")]
    [InlineData("/lxc.payload/web", CgroupKind.Lxc, "web")]
    [InlineData(@"/machine.slice/systemd-nspawn@web.service", CgroupKind.Nspawn, "web")]
    [InlineData(@"/machine.slice/machine-web\x2d1\xc3\xa9.scope", CgroupKind.Nspawn, "web-1é")]
    public void Containers_are_known_by_their_path(string path, CgroupKind kind, string id)
    {
        var name = CgroupName.Of(path);

        Assert.Equal((kind, id, true), (name.Kind, name.Id, name.IsContainer));
    }

    [Theory]
    [InlineData("/", CgroupKind.Other)]
    [InlineData("/docker", CgroupKind.Other)]
    [InlineData("/docker/4f1c", CgroupKind.Other)]
    [InlineData($"/docker/{Id}/init", CgroupKind.Other)]
    [InlineData($"/machine.slice/libpod-conmon-{Id}.scope", CgroupKind.Other)]
    [InlineData($"/kubepods.slice/kubepods-pod1f0c.slice/crio-conmon-{Id}.scope", CgroupKind.Other)]
    [InlineData("/kubepods/burstable/pod1f0c", CgroupKind.Other)]
    [InlineData("/lxc.monitor.web", CgroupKind.Other)]
    [InlineData("/system.slice", CgroupKind.Other)]
    [InlineData("/system.slice/nginx.service", CgroupKind.Service)]
    [InlineData("/user.slice/user-1000.slice/session-1.scope", CgroupKind.Other)]
    [InlineData($"/somewhere/{Id}", CgroupKind.Other)]
    public void Other_groups_are_no_containers(string path, CgroupKind kind)
    {
        var name = CgroupName.Of(path);

        Assert.Equal((kind, "", false), (name.Kind, name.Id, name.IsContainer));
    }
}
